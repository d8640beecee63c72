import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkHistory } from './checker/check.js';
import { operationsOf } from './checker/operations.js';
import { checkNames, type Violation } from './checker/violation.js';
import { readHistory } from './history/historyFiles.js';
import type { Part, Tools } from './parts.js';
import { plantedStorm, plantings, type Planting } from './plantings.js';
import { runStorm } from './storm/runStorm.js';

/** The checker against planted bugs: each must be found, and under its own name. */
export const plantedPart: Part = {
  name: 'planted',
  shards: { ci: 1, long: 3 },
  lane: 'second',
  run: async (tools, shard, seed) => {
    const began = performance.now();
    const violations: Violation[] = [];
    const found: Record<string, string> = {};
    const sums = { operations: 0, deliveries: 0 };
    const chosen = Object.entries(plantings).filter(([, { isLong }]) => !isLong || tools.options.profile === 'long');
    for (const [nth, [name, planting]] of chosen.entries()) {
      const { history, said, tries } = await seen(tools, seed + nth, planting);
      const counts = checkNames.map((check) => [check, said.filter((one) => one.check === check).length] as const);
      found[name] = counts.flatMap(([check, count]) => (count > 0 ? [`${check} ×${count}`] : [])).join(', ');
      const first = said.find(({ check }) => check === planting.expected);
      if (tries > 1) found[name] += `, in the ${tries}th storm`;
      tools.say(`  ${name}: ${found[name] || 'NOT FOUND'}${first ? `; ${first.check}: ${first.what}` : ''}`);
      if (!first) violations.push({ check: planting.expected, what: `the checker did not see: ${name}` });
      sums.operations += operationsOf(history).size;
      sums.deliveries += history.deliveries.filter(({ is }) => is === 'event').length;
    }
    const cycles = chosen.length;
    const notes = { found, flagged: `${cycles - violations.length}/${cycles}` };
    const seconds = (performance.now() - began) / 1_000;
    return { part: 'planted', shard, seed, cycles, ...sums, violations, recoveries: [], seconds, notes };
  },
};

/** Some bugs show only when two things meet, which in a short storm they may not: then there is another storm. */
const TRIES = 3;

async function seen(tools: Tools, seed: number, planting: Planting) {
  for (let tries = 1; ; tries++) {
    const history = await plantedHistory(tools, plantedStorm(seed + (tries - 1) * 1_000, planting));
    const said = checkHistory(history);
    if (tries === TRIES || said.some(({ check }) => check === planting.expected)) return { history, said, tries };
  }
}

async function plantedHistory({ services }: Tools, storm: Parameters<typeof runStorm>[1]) {
  const folder = join(services.folder, `planted-${storm.seed}`);
  await runStorm(services, storm, folder);
  const history = await readHistory(folder);
  await rm(folder, { recursive: true });
  return history;
}
