import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answerCalls } from '../child.js';

/** How a server bore what happened between `watch` and `watched`. */
export interface Watched {
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  readonly peakMb: number;
}

const MB = 2 ** 20;
const SAMPLE_MS = 25;
/** How late a timer is that rings this often; a lag shorter than it is not seen. */
const RESOLUTION_MS = 5;

/** Lets the process that started this one watch it. */
export function answerWatching(): void {
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let peak = 0;
  let sampling: NodeJS.Timeout | undefined;
  const sample = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  answerCalls({
    watch() {
      peak = 0;
      sample();
      sampling = setInterval(sample, SAMPLE_MS);
      lag.reset();
      lag.enable();
    },
    watched(): Watched {
      clearInterval(sampling);
      lag.disable();
      sample();
      const ms = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
      return { lagP99Ms: ms(lag.percentile(99)), lagMaxMs: ms(lag.max), peakMb: peak / MB };
    },
  });
}
