import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../../seeders/support/random.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Stage } from '../stage/stage.js';
import { verbNames } from './verbs.js';
import type { Writer } from './writer.js';

/** A crash point beyond which no verb of ours has another: statements, COMMIT and answer. */
const POINTS = 16;

interface Course {
  readonly stage: Stage;
  readonly writer: Writer;
  readonly history: HistoryWriter;
  readonly crashFile: string;
  readonly seed: number;
}

/**
 * Does every kind of operation again and again, and lets the node die at another moment of each: at so many moments of each verb, or at
 * all of them when there are fewer. The writer asks again with the same key.
 */
export async function crashEverywhere(
  { stage, writer, history, crashFile, seed }: Course,
  each: number,
): Promise<void> {
  const random = randomFrom(seed, 5);
  const [node] = stage.nodes;
  if (!node) return;
  const begun = verbNames.filter((verb) => verb.startsWith('create'));
  for (let nth = 0; nth < 6; nth++) for (const verb of begun) await writer.doThis(verb);
  for (const verb of verbNames)
    for (let nth = 0; nth < Math.min(each, POINTS); nth++) {
      const point = each >= POINTS ? nth + 1 : 1 + random.below(POINTS);
      await writeFile(crashFile, String(point));
      // It may have died a moment after it had answered.
      await node.process.start();
      node.process.signal('SIGUSR2');
      await sleep(20);
      const began = performance.now();
      const doing = writer.doThis(verb);
      const died = async () => {
        while (node.process.pid !== null) await sleep(5, undefined, { signal: over.signal });
      };
      const over = new AbortController();
      await Promise.race([doing, died().catch(() => undefined)]);
      over.abort();
      const hasDied = node.process.pid === null;
      await node.process.start();
      const healed = performance.now();
      await doing;
      if (!hasDied) continue;
      history.write('faults', { fault: 'crash', target: `${verb} at ${point}`, began, healed });
      await writer.doThis('update');
    }
}
