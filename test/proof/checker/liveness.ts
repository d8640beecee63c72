import { groupBy } from '../../../server/kernel/groupBy.js';
import type { History } from '../history/lines.js';
import type { Violation } from './violation.js';

const PATIENCE_MS = 5_000;

/**
 * How long after each fault the first write that was asked for then was acknowledged, by any node. In ms; null: none was. Faults that
 * were followed by the next one before that, and before its time was over, are left out.
 */
export function recoveriesOf({ faults, attempts }: History): { readonly fault: string; readonly ms: number | null }[] {
  const acknowledged = attempts.filter(({ out }) => out === 'ok').toSorted((a, b) => a.invoked - b.invoked);
  // The earliest reply among all that were asked for from here on.
  const least: number[] = [];
  for (let at = acknowledged.length - 1; at >= 0; at--)
    least[at] = Math.min(acknowledged[at]?.returned ?? Infinity, least[at + 1] ?? Infinity);
  let at = 0;
  return faults
    .toSorted((a, b) => a.healed - b.healed)
    .flatMap(({ fault, healed }, nth, all) => {
      while (at < acknowledged.length && (acknowledged[at]?.invoked ?? 0) < healed) at++;
      const returned = least[at] ?? Infinity;
      const next = all[nth + 1]?.began ?? Infinity;
      if (next < returned && next < healed + PATIENCE_MS) return [];
      return [{ fault, ms: returned === Infinity ? null : returned - healed }];
    });
}

/** A call that had surely reached the node when it was asked to stop. */
const REACHED_MS = 250;

/** LIVE: a node that is asked to stop answers what it has begun. */
export function checkDrains({ faults, attempts }: History): Violation[] {
  const drains = faults.filter(({ fault }) => fault === 'drainNode' || fault === 'upgradeNode');
  return groupsOfDrains(drains, attempts).flatMap(({ began, target, calls }) =>
    calls
      .filter(({ invoked, returned }) => invoked < began - REACHED_MS && returned > began)
      .map(({ op, via }) => ({ check: 'LIVE' as const, what: `${target} stopped and never answered ${op} (${via})` })),
  );
}

/** The lost calls to each node beside its drains: few, so that looking at each pair stays cheap. */
function groupsOfDrains(drains: History['faults'], attempts: History['attempts']) {
  const lost = groupBy(
    attempts.filter(({ code }) => code === 'LOST'),
    ({ node }) => node,
  );
  return drains.map(({ began, target }) => ({ began, target, calls: lost.get(target) ?? [] }));
}

/** LIVE: writes go on soon after each fault, everybody has everything soon after the last, and no process ended by itself. */
export function checkLive(history: History): Violation[] {
  const violations: Violation[] = [];
  const { faults, exits, setting, log, deliveries } = history;
  const recoveries = recoveriesOf(history);
  recoveries.forEach(({ fault, ms }, nth) => {
    // The storm may have ended with the last one.
    if (ms === null ? nth < recoveries.length - 1 : ms > PATIENCE_MS)
      violations.push({
        check: 'LIVE',
        what: `no write was acknowledged within ${PATIENCE_MS} ms after ${fault} (the ${nth + 1}th): ${ms}`,
      });
  });
  for (const { node, code, signal, ordered } of exits)
    if (ordered && signal === null && code !== 0)
      violations.push({ check: 'LIVE', what: `${node} was asked to stop and ended with ${code}` });
    else if (!ordered) violations.push({ check: 'LIVE', what: `${node} ended by itself with ${code ?? signal}` });
  const quiet = Math.max(setting.stormEnded, ...faults.map(({ healed }) => healed));
  const heads = new Map([...groupBy(log, ({ stream }) => stream)].map(([stream, events]) => [stream, events.at(-1)]));
  const bySub = groupBy(
    deliveries.filter(({ is }) => is === 'event'),
    ({ sub }) => sub,
  );
  for (const { sub, stream, isStaff } of setting.subscriptions) {
    const last = bySub.get(sub)?.at(-1);
    const head = heads.get(stream);
    if (isStaff && last && last.seq === head?.seq && last.at > quiet + PATIENCE_MS)
      violations.push({
        check: 'LIVE',
        what: `${sub} had the last event only ${Math.round(last.at - quiet)} ms after all was well`,
      });
  }
  return violations;
}
