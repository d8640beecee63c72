import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkHistory } from './checker/check.js';
import { recoveriesOf } from './checker/liveness.js';
import { operationsOf } from './checker/operations.js';
import { readHistory } from './history/historyFiles.js';
import type { Violation } from './checker/violation.js';
import type { History } from './history/lines.js';
import type { Part, Tools } from './parts.js';
import { nothing, type PartReport } from './report.js';
import { whyNoDisk } from './stage/smallDisk.js';
import { runStorm, type Storm } from './storm/runStorm.js';

/** A part that is one storm in each shard. */
export function stormPart(
  name: string,
  shards: Part['shards'],
  storm: (seed: number, tools: Tools) => Storm | Promise<Storm>,
  lane: Part['lane'] = 'first',
): Part {
  return {
    name,
    shards,
    lane,
    run: async (tools, shard, seed) => {
      const began = performance.now();
      const asked = await storm(seed, tools);
      const notRun = asked.diskMb === undefined ? null : whyNoDisk(join(tools.services.folder, 'disk'));
      if (notRun !== null) return { ...nothing, part: name, shard, seed, notRun };
      const folder = join(tools.services.folder, `${name}-${seed}`);
      await runStorm(tools.services, asked, folder);
      const history = await readHistory(folder);
      const violations = [...checkHistory(history), ...unfelt(asked, history)];
      if (!tools.options.keep && violations.length === 0) await rm(folder, { recursive: true });
      else await tools.keepFolder(folder);
      const seconds = (performance.now() - began) / 1_000;
      return { part: name, shard, seed, seconds, violations, ...figuresOf(history) };
    },
  };
}

/** A full disk that nobody felt has shown nothing. */
function unfelt({ diskMb }: Storm, { attempts, faults }: History): Violation[] {
  if (diskMb === undefined) return [];
  return faults
    .filter(({ fault }) => fault === 'fillDisk')
    .filter(
      ({ began, healed }) =>
        !attempts.some((one) => one.out === 'info' && one.returned > began && one.invoked < healed),
    )
    .map(({ target }, nth) => ({ check: 'LIVE', what: `nobody felt that the ${target} was full (the ${nth + 1}th)` }));
}

function figuresOf(
  history: History,
): Pick<PartReport, 'cycles' | 'operations' | 'deliveries' | 'recoveries' | 'notes'> {
  const { attempts, faults, deliveries } = history;
  const count = (names: readonly string[]) => {
    const counts: Record<string, number> = {};
    for (const one of names) counts[one] = (counts[one] ?? 0) + 1;
    return counts;
  };
  const slowest = attempts.reduce((most, { invoked, returned }) => Math.max(most, returned - invoked), 0);
  return {
    cycles: faults.length,
    operations: operationsOf(history).size,
    deliveries: deliveries.filter(({ is }) => is === 'event').length,
    recoveries: recoveriesOf(history).flatMap(({ ms }) => ms ?? []),
    notes: {
      faults: count(faults.map(({ fault }) => fault)),
      outcomes: count(attempts.map(({ out, code }) => (code === undefined ? out : `${out} ${code}`))),
      verbs: count(attempts.filter(({ out }) => out === 'ok').map(({ verb }) => verb)),
      attempts: attempts.length,
      slowestAttemptMs: Math.round(slowest),
      ...history.setting.readBacks,
      subscribers: history.setting.subscriptions.length,
      openings: deliveries.filter(({ is }) => is === 'opened').length,
    },
  };
}
