import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentile } from '../../bench/statistics.js';
import { startBystander } from './bystander.js';
import { signIn } from '../../support/people.js';
import { addPerson } from '../../support/world.js';
import { startStage, type Stage } from './stage.js';

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

/** As a server is unless it is told otherwise. */
const settings = { CALLS_PER_SECOND: '200' };

/**
 * How long somebody else waits while two clients do nothing but what is refused, each one person at one address: a figure of this
 * machine, with the clients on it.
 */
export async function sendFloods(among: Stage, ms: number, slowMs: number): Promise<FloodReport[]> {
  const stage = await startStage(among.dialect, null, settings);
  try {
    return await flood(stage, ms, slowMs);
  } finally {
    await stage.release();
    among.findings.push(...stage.findings);
  }
}

async function flood(stage: Stage, ms: number, slowMs: number): Promise<FloodReport[]> {
  const senders = await Promise.all(
    Array.from({ length: FLOODERS }, async (_, nth) => {
      const person = await addPerson(stage.world.deps, 'AGENT', `Flo Flooder ${nth}`);
      return { token: (await signIn(stage.world, person)).accessToken, address: `192.0.2.${nth + 1}` };
    }),
  );
  const reports: FloodReport[] = [];
  for (const kind of floods) {
    const before = await p99(stage, ms, slowMs, 'nothing');
    const flooders = senders.map(({ token, address }) =>
      spawn(process.execPath, ['--import', 'tsx', script, stage.url, token, address, kind], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const told = Promise.all(flooders.map(({ stdout }) => text(stdout)));
    await sleep(WARM_UP_MS);
    const begun = performance.now();
    const during = await p99(stage, ms, slowMs, kind);
    const seconds = (performance.now() - begun + WARM_UP_MS / 2) / 1_000;
    for (const flooder of flooders) {
      const gone = once(flooder, 'exit');
      flooder.kill('SIGTERM');
      await gone;
    }
    const done = (await told).reduce((sum, one) => sum + Number(one), 0);
    reports.push({
      flood: kind,
      perSecond: done / seconds,
      beforeP99Ms: before,
      p99Ms: during,
      ratio: during / before,
    });
    await stage.demandAlive(`flood: ${kind}`);
  }
  return reports;
}
/** For a sender to start, and to use up what may come at once. */
const WARM_UP_MS = 5_000;
