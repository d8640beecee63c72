import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentile } from '../../bench/statistics.js';
import { startBystander } from './bystander.js';
import type { Stage } from './stage.js';

export interface FloodReport {
  readonly flood: string;
  readonly perSecond: number;
  readonly beforeP99Ms: number;
  readonly p99Ms: number;
  readonly ratio: number;
}

const floods = [
  'calls that are refused',
  'calls without a token',
  'sign-ins that fail',
  'subscriptions begun and stopped',
];
const FLOODERS = 2;
const script = fileURLToPath(import.meta.resolve('./flooder.ts'));

async function p99(stage: Stage, ms: number, slowMs: number, where: string): Promise<number> {
  const bystander = await startBystander(stage, slowMs, where);
  await sleep(ms);
  return percentile(await bystander.stop(), 0.99);
}

/** How long somebody else waits while two clients do nothing but what is refused: a figure of this machine, with the clients on it. */
export async function sendFloods(stage: Stage, ms: number, slowMs: number): Promise<FloodReport[]> {
  const token = await stage.adminToken();
  const reports: FloodReport[] = [];
  for (const flood of floods) {
    const before = await p99(stage, ms, slowMs, 'nothing');
    const flooders = Array.from({ length: FLOODERS }, () =>
      spawn(process.execPath, ['--import', 'tsx', script, stage.url, token, flood], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const told = Promise.all(flooders.map(({ stdout }) => text(stdout)));
    await sleep(WARM_UP_MS);
    const begun = performance.now();
    const during = await p99(stage, ms, slowMs, flood);
    const seconds = (performance.now() - begun + WARM_UP_MS / 2) / 1_000;
    for (const flooder of flooders) {
      const gone = once(flooder, 'exit');
      flooder.kill('SIGTERM');
      await gone;
    }
    const done = (await told).reduce((sum, one) => sum + Number(one), 0);
    reports.push({ flood, perSecond: done / seconds, beforeP99Ms: before, p99Ms: during, ratio: during / before });
    await stage.demandAlive(`flood: ${flood}`);
  }
  return reports;
}
const WARM_UP_MS = 1_500;
