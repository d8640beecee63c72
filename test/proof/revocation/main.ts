import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { percentile } from '../../bench/statistics.js';
import { printTable } from '../../bench/table.js';
import { revocations } from '../../support/revocations.js';
import { plants, type Plant } from './plants.js';
import { startStage } from './stage.js';
import { runWave, type Round, type Wave } from './wave.js';

// `npx tsx test/proof/revocation/main.ts [--rounds N] [--per-kind N] [--promise MS] [--minutes N] [--plant NAME] [--report FILE]`
// People lose access through one node while they follow streams at another that tell 50 events a second; in every other wave
// Redis is killed just before. What counts is the last forbidden byte on the socket after the change was acknowledged.
// Ends with 1 when one came later than is promised, or when a round could not have found it.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    'per-kind': { type: 'string', default: '3' },
    promise: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '60' },
    plant: { type: 'string' },
    report: { type: 'string' },
  },
});
const [roundCount, perKind, promiseMs] = [Number(values.rounds), Number(values['per-kind']), Number(values.promise)];
const plant = values.plant === undefined ? null : (values.plant as Plant);
if (plant !== null && !(plant in plants)) throw new Error(`--plant ${Object.keys(plants).join(' | ')}`);
const file = values.report ?? `reports/revocation${plant === null ? '' : `-${plant}`}.json`;
/** A wave with fewer events a second is not what was asked for. */
const RATE_MIN = 45;
/** What was measured is right to so many milliseconds. */
const BLOCKED_MAX_MS = 250;

const endsAt = Date.now() + Number(values.minutes) * 60_000;
const waves: Wave[] = [];
const stage = await startStage(plant);
try {
  const wanted = Math.ceil(roundCount / (perKind * revocations.length));
  for (let nth = 0; nth < wanted && Date.now() < endsAt; nth++) {
    const wave = await runWave(stage, nth, perKind, nth % 2 === 0);
    waves.push(wave);
    const worst = Math.max(...wave.rounds.map(({ ms }) => ms));
    process.stderr.write(
      `wave ${nth + 1} of ${wanted}: latest ${worst.toFixed(0)} ms, ${wave.perSecond.toFixed(0)} events/s\n`,
    );
  }
} finally {
  await stage.release();
}

const rounds = waves.flatMap((wave) => wave.rounds);
const violations = {
  late: rounds.filter(({ ms }) => ms > promiseMs),
  replayed: rounds.filter(({ isReplayed }) => isReplayed),
  /** Nothing came that could have been forbidden later. */
  blind: rounds.filter(({ before }) => before === 0),
  slowWaves: waves.filter(({ perSecond }) => perSecond < RATE_MIN),
  blockedWaves: waves.filter(({ blockedMs }) => blockedMs > BLOCKED_MAX_MS),
};
const line = (name: string, some: readonly Round[]): string[] => {
  const times = some.map(({ ms }) => ms);
  const at = (share: number) => percentile(times, share).toFixed(0);
  const late = some.filter((round) => violations.late.includes(round) || round.isReplayed).length;
  return [name, String(some.length), at(0.5), at(0.99), at(1), String(late)];
};
const kinds = [...new Set(rounds.map(({ kind }) => kind))];
const table = [true, false].flatMap((withRedis) => {
  const some = rounds.filter((round) => round.withRedis === withRedis);
  const name = withRedis ? 'with Redis' : 'Redis just killed';
  const ofKind = (kind: string) => some.filter((round) => round.kind === kind);
  const lines = kinds.map((kind) => line(`${kind}, ${name}`, ofKind(kind)));
  return some.length === 0 ? [] : [...lines, line(`all, ${name}`, some)];
});
printTable(['last forbidden byte after the change', 'rounds', 'p50 ms', 'p99 ms', 'max ms', 'violations'], table, 1);
const summary = {
  rounds: rounds.length,
  promiseMs,
  plant,
  slowestWavePerSecond: Math.min(...waves.map(({ perSecond }) => perSecond)),
  byteCount: rounds.reduce((sum, { byteCount }) => sum + byteCount, 0),
  fewestBefore: Math.min(...rounds.map(({ before }) => before)),
  blockedMaxMs: Math.max(...waves.map(({ blockedMs }) => blockedMs)),
  violations: Object.fromEntries(Object.entries(violations).map(([name, { length }]) => [name, length])),
};
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify({ ...summary, table, all: rounds }, null, 1));
console.log(JSON.stringify(summary));
if (Object.values(violations).some(({ length }) => length > 0)) process.exitCode = 1;
process.exit();
