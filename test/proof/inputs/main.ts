import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable, short } from '../../bench/table.js';
import type { Dialect } from '../../support/services.js';
import { sendEnvelopes } from './envelopes.js';
import { sendFloods } from './floods.js';
import { sendFrames } from './frames.js';
import { sendFramings } from './framing.js';
import { fuzz, type FuzzReport } from './fuzz.js';
import { fuzzOpenApi, openApiOf } from './openApi.js';
import { sendMixedBatches } from './mixedBatches.js';
import { timesOfPatterns, timesOfSchemas } from './patterns.js';
import { plantNames, type Plant } from './plants.js';
import { startStage, type Finding, type Stage } from './stage.js';

// `npx tsx test/proof/inputs/main.ts [--database postgres|sqlite|both] [--calls N per procedure and way] [--frames N]
//    [--seed N] [--parts NAME,…] [--plant NAME|all] [--report FILE]`
// Tells a server nonsense, in every way that reaches it, and looks at what it does. Ends with 1 when it did anything wrong;
// with a plant, when that was not found.

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'both' },
    calls: { type: 'string', default: '50' },
    frames: { type: 'string', default: '100000' },
    envelopes: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '20261126' },
    parts: { type: 'string' },
    plant: { type: 'string' },
    report: { type: 'string' },
  },
});
const seed = Number(values.seed);
/** Promised is 1 s; the machine may be busy. */
const SLOW_MS = 3_000;
const PATTERN_MS = 20;
const FLOOD_MS = 5_000;

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

const isWriting = (path: string): boolean => /create|update/.test(path);

/** What is sent to a server, one after the other. */
const parts: Readonly<Record<string, (stage: Stage, calls: number, frames: number) => Promise<unknown>>> = {
  // First: it reads all there is around each batch.
  'mixed batches': (stage) => sendMixedBatches(stage, seed),
  calls: (stage, calls) => fuzz(stage, { seed, calls, slowMs: SLOW_MS }, progress),
  'some calls': (stage, calls) => fuzz(stage, { seed, calls, slowMs: SLOW_MS, procedures: isWriting }, progress),
  document: async (stage, calls) => fuzzOpenApi(stage, await openApiOf(stage), { seed, calls }),
  framing: (stage) => sendFramings(stage, SLOW_MS),
  frames: (stage, _, frames) => sendFrames(stage, frames, seed, SLOW_MS),
  envelopes: (stage) => sendEnvelopes(stage, Number(values.envelopes), seed, SLOW_MS),
  floods: (stage) => sendFloods(stage, FLOOD_MS, SLOW_MS),
};

interface Outcome {
  readonly seen: Record<string, unknown>;
  readonly findings: readonly Finding[];
}

async function run(dialect: Dialect, plant: Plant | null, names: readonly string[], calls: number): Promise<Outcome> {
  const stage = await startStage(dialect, plant);
  const seen: Record<string, unknown> = {};
  try {
    for (const name of names) {
      const begun = performance.now();
      seen[name] = await parts[name]?.(stage, calls, Number(values.frames));
      progress(
        `${dialect}, ${name}: ${((performance.now() - begun) / 1_000).toFixed(0)} s, ${stage.findings.length} found`,
      );
    }
  } finally {
    await stage.release();
  }
  return { seen, findings: stage.findings };
}

/** Where two databases answered one call differently. */
function compareAnswers(a: FuzzReport | undefined, b: FuzzReport | undefined): Finding[] {
  if (!a || !b) return [];
  return Object.keys(a.answers).flatMap((where) =>
    a.answers[where] === b.answers[where]
      ? []
      : [{ wrong: 'unlikeOther' as const, where, said: `${a.answers[where]} here, ${b.answers[where]} there` }],
  );
}

function slowPatterns(): { readonly slowestMs: number; readonly count: number; readonly findings: Finding[] } {
  const times = [...timesOfPatterns(['contract', 'server']), ...timesOfSchemas()];
  const findings = times
    .filter(({ ms }) => ms > PATTERN_MS)
    .map(({ pattern, at, ms, text }) => ({
      wrong: 'slow' as const,
      where: `${at}: ${pattern}`,
      said: `${ms.toFixed(1)} ms for ${text}`,
    }));
  return { slowestMs: Math.max(...times.map(({ ms }) => ms)), count: times.length, findings };
}

function tellCalls(reports: readonly (readonly [string, FuzzReport])[]): void {
  const rows = reports.map(([dialect, { procedures, codes, slowestMs }]) => {
    const all = Object.values(procedures);
    const sum = (of: (one: (typeof all)[number]) => number) => String(all.reduce((total, one) => total + of(one), 0));
    const fewest = String(Math.min(...all.map(({ calls }) => calls)));
    const told = Object.entries(codes).toSorted(([, a], [, b]) => b - a);
    progress(`${dialect}: ${told.map(([code, count]) => `${code} ${count}`).join(' · ')}`);
    return [
      dialect,
      String(all.length),
      fewest,
      sum((one) => one.calls),
      sum((one) => one.accepted),
      sum((one) => one.readBack),
      short(slowestMs),
    ];
  });
  printTable(['calls', 'procedures', 'fewest of one', 'in all', 'done', 'read back', 'slowest ms'], rows, 1);
}

async function runPlants(names: readonly Plant[]): Promise<boolean> {
  const rows: string[][] = [];
  for (const plant of names) {
    const { findings } = await run('sqlite', plant, ['some calls'], 10);
    const found = findings.filter(({ wrong }) => wrong === plant).length;
    rows.push([plant, found > 0 ? 'found' : 'NOT FOUND', String(found), String(findings.length - found)]);
  }
  printTable(['plant', '', 'under its name', 'others'], rows, 2);
  return rows.every(([, said]) => said === 'found');
}

async function runClean(): Promise<boolean> {
  const dialects: Dialect[] = values.database === 'both' ? ['sqlite', 'postgres'] : [values.database as Dialect];
  const names = values.parts?.split(',') ?? [...Object.keys(parts).filter((name) => name !== 'some calls'), 'patterns'];
  const outcomes: [Dialect, Outcome][] = [];
  for (const dialect of dialects)
    outcomes.push([
      dialect,
      await run(
        dialect,
        null,
        names.filter((name) => name in parts),
        Number(values.calls),
      ),
    ]);
  const fuzzed = outcomes.flatMap(([dialect, { seen }]) =>
    seen['calls'] ? [[dialect, seen['calls'] as FuzzReport] as const] : [],
  );
  const patterns = names.includes('patterns') ? slowPatterns() : null;
  const findings = [
    ...outcomes.flatMap(([dialect, outcome]) => outcome.findings.map((one) => ({ dialect, ...one }))),
    ...compareAnswers(fuzzed[0]?.[1], fuzzed[1]?.[1]),
    ...(patterns?.findings ?? []),
  ];
  if (fuzzed.length > 0) tellCalls(fuzzed);
  const others = outcomes.map(([dialect, { seen }]) => [dialect, { ...seen, calls: undefined }] as const);
  console.log(
    JSON.stringify(
      { ...Object.fromEntries(others), patterns: patterns && { count: patterns.count, slowestMs: patterns.slowestMs } },
      null,
      1,
    ),
  );
  for (const { wrong, where, said } of findings.slice(0, 40)) console.log(`WRONG, ${wrong}: ${said}\n    ${where}`);
  console.log(`${findings.length} found wrong`);
  const file = values.report ?? `reports/inputs-${values.database}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ options: values, outcomes: Object.fromEntries(outcomes), patterns, findings }, null, 1),
  );
  return findings.length === 0;
}

const asked = plantNames.filter((name) => values.plant === 'all' || values.plant === name);
if (values.plant !== undefined && asked.length === 0) throw new Error(`--plant ${['all', ...plantNames].join(' | ')}`);
const isFine = await (asked.length > 0 ? runPlants(asked) : runClean());
process.exit(isFine ? 0 : 1);
