import { groupBy } from '../../../server/kernel/groupBy.js';
import type { History, LogEvent } from '../history/lines.js';
import { operationsOf } from './operations.js';
import type { Violation } from './violation.js';

/** CHAIN: a ticket's versions are 1, 2, 3 …; and what was answered before something else was asked for comes before it. */
export function checkChain(history: History): Violation[] {
  return [...versions(history), ...realTime(history)];
}

function versions({ log }: History): Violation[] {
  const violations: Violation[] = [];
  const told = log.filter(({ version, stream }) => version !== null && stream.startsWith('project:'));
  for (const [ticket, events] of groupBy(told, (event) => event.ticket)) {
    const last = new Map<string, LogEvent>();
    const seen = new Map<number, LogEvent>();
    for (const event of events) {
      const version = event.version ?? 0;
      const before = last.get(event.stream);
      if (before && (before.version ?? 0) >= version)
        violations.push({
          check: 'CHAIN',
          what: `${ticket}: version ${version} at ${event.stream}#${event.seq} follows ${before.version}`,
        });
      if (seen.has(version)) violations.push({ check: 'CHAIN', what: `${ticket}: two events have version ${version}` });
      last.set(event.stream, event);
      seen.set(version, event);
    }
    for (let version = 1; version <= seen.size; version++)
      if (!seen.has(version)) {
        violations.push({ check: 'CHAIN', what: `${ticket}: no event has version ${version} of ${seen.size}` });
        break;
      }
  }
  return violations;
}

/** From the last number down: nothing may have been answered before an earlier number was asked for. */
function realTime(history: History): Violation[] {
  const violations: Violation[] = [];
  const done = [...operationsOf(history).values()].filter(
    ({ out, isIdle, isRoaming, verb }) => out === 'ok' && !isIdle && !isRoaming && verb !== 'claim',
  );
  for (const [project, operations] of groupBy(done, (operation) => operation.project)) {
    const bySeq = new Map(operations.map((operation) => [operation.seq ?? 0, operation]));
    const head = operations.reduce((most, { seq }) => Math.max(most, seq ?? 0), 0);
    let earliest: (typeof operations)[number] | null = null;
    for (let seq = head; seq > 0; seq--) {
      const operation = bySeq.get(seq);
      if (!operation) continue;
      if (earliest && earliest.returned < operation.invoked)
        violations.push({
          check: 'CHAIN',
          what: `${earliest.op} (${project}#${earliest.seq}) was answered before ${operation.op} (#${seq}) was asked for`,
        });
      if (!earliest || operation.returned < earliest.returned) earliest = operation;
    }
  }
  return violations;
}
