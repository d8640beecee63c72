import type { History } from '../history/lines.js';
import { checkNames, type CheckName, type Violation } from './violation.js';

/** FOLD: the last event of each ticket tells exactly what each node answers; and whatever was compared outside of the history. */
export function checkFold({ log, served, findings }: History): Violation[] {
  const violations: Violation[] = findings.map(({ check, what }) => ({ check: nameOf(check), what }));
  const last = new Map<string, { readonly version: number; readonly digest: string | null }>();
  for (const { ticket, version, ticketDigest, stream } of log)
    if (
      ticket !== null &&
      version !== null &&
      stream.startsWith('project:') &&
      version > (last.get(ticket)?.version ?? 0)
    )
      last.set(ticket, { version, digest: ticketDigest });
  for (const { node, ticket, digest } of served)
    if (last.get(ticket)?.digest !== digest)
      violations.push({ check: 'FOLD', what: `${node} answers another ${ticket} than its last event tells` });
  return violations;
}

const nameOf = (check: string): CheckName => checkNames.find((name) => name === check) ?? 'FOLD';

/** ASSIGN: at every event whoever holds the ticket has one primary among them, who is its assignee. */
export function checkAssign({ log }: History): Violation[] {
  const violations: Violation[] = [];
  for (const { holders, assignee, ticket, stream, seq, version } of log) {
    if (version === null) continue;
    const primaries = holders.filter(({ primary }) => primary).map(({ id }) => id);
    const isRight = primaries.length === (holders.length === 0 ? 0 : 1) && (primaries[0] ?? null) === assignee;
    const twice = new Set(holders.map(({ id }) => id)).size < holders.length;
    if (!isRight || twice)
      violations.push({
        check: 'ASSIGN',
        what: `${ticket} at ${stream}#${seq}: ${JSON.stringify({ holders, assignee })}`,
      });
  }
  return violations;
}

/** ACL: nobody was handed a secret word that is not theirs. Who was handed which event is looked at with the streams. */
export function checkSecrets({ deliveries, setting }: History): Violation[] {
  const personOf = new Map(setting.subscriptions.map(({ sub, person }) => [sub, person]));
  const readers = new Map(setting.secrets.map(({ word, readers: ids }) => [word, new Set(ids)]));
  return deliveries.flatMap(({ sub, secrets = [], seq }) =>
    secrets
      .filter((word) => !readers.get(word)?.has(personOf.get(sub) ?? ''))
      .map((word) => ({ check: 'ACL' as const, what: `${sub} was handed "${word}" in ${seq}` })),
  );
}
