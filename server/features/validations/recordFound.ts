import type { AddDiscrepanciesReply, FoundDiscrepancy } from '../../../contract/finding.js';
import { sendRows } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import {
  countBySeverity,
  decodeDiscrepancy,
  insertDiscrepancy,
  seeDiscrepancy,
  undecided,
  withFound,
} from './discrepancyRows.js';
import { fingerprintOf } from './fingerprint.js';
import { updateSession } from './sessionRows.js';
import { tellValidation } from './tellValidation.js';
import { dayOf, type DiscrepancyRow, type SessionRow } from './validations.present.js';

// Who adds to a project does so alone: the same difference, found by two sessions at once, is one.
const lockProject = statement(
  'validations.lockProject',
  (d) => `SELECT p.id FROM projects p WHERE p.id = $1 ${d.lock('NO KEY UPDATE', 'p')}`,
);
const knownOnes = statement(
  'discrepancies.known',
  (d) => `SELECT d.* FROM discrepancies d WHERE d.session_id = $1 AND ${d.anyOf('d.fingerprint', '$2')}
   UNION ALL SELECT d.* FROM discrepancies d JOIN validation_sessions s ON s.id = d.session_id AND s.deleted_at IS NULL
     WHERE d.project_id = $3 AND ${d.anyOf('d.fingerprint', '$2')} AND d.session_id <> $1
       AND d.status IN ('OPEN', 'TICKETED', 'WAIVED')`,
);
const lockOnes = statement(
  'discrepancies.lock',
  (d) => `SELECT d.* FROM discrepancies d WHERE ${d.anyOf('d.id', '$1')} ORDER BY d.id ${d.lock('NO KEY UPDATE', 'd')}`,
);

interface Sighting {
  readonly found: FoundDiscrepancy;
  readonly fingerprint: string;
  times: number;
}

/**
 * Puts down what a session found: each difference once. One that the session has, or that is open, ticketed or waived in its project, is
 * counted there; what the session itself had resolved is open again. Under the session's lock.
 */
export async function recordFound(
  unit: UnitOfWork,
  session: SessionRow,
  resultId: string | null,
  found: readonly FoundDiscrepancy[],
): Promise<AddDiscrepanciesReply> {
  const sightings = new Map<string, Sighting>();
  const prints = found.map((one) => {
    const fingerprint = fingerprintOf(one);
    const known = sightings.get(fingerprint) ?? { found: one, fingerprint, times: 0 };
    known.times++;
    sightings.set(fingerprint, known);
    return fingerprint;
  });
  if (session.projectId !== null) await unit.all(lockProject, [session.projectId]);
  const known = await knownAmong(unit, session, [...sightings.keys()]);
  const all = [...sightings.values()];
  const again = all.flatMap((one) => seenAgain(unit, session, one, known.get(one.fingerprint)));
  const fresh = all
    .filter(({ fingerprint }) => !known.has(fingerprint))
    .map((one) => newRow(unit, session, resultId, one));
  sendRows(unit, insertDiscrepancy, fresh);
  sendRows(unit, seeDiscrepancy, again);
  const bySeverity = countBySeverity(fresh);
  if (fresh.length > 0) updateSession(unit, session, withFound(session, bySeverity));
  await tellValidation(unit, session, 'discrepancy.found', {
    validationId: session.id,
    found: bySeverity,
    seenAgain: again.length,
  });
  const idOf = new Map([...fresh, ...again].map(({ fingerprint, id }) => [fingerprint, id]));
  return {
    sessionId: session.id,
    added: fresh.length,
    seenAgain: again.length,
    discrepancyIds: prints.map((fingerprint) => idOf.get(fingerprint) ?? ''),
  };
}

/** By fingerprint, under their locks: the session's own before those of others, but what is resolved after what is not. */
async function knownAmong(
  unit: UnitOfWork,
  { id, projectId }: SessionRow,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, DiscrepancyRow>> {
  const found = (await unit.all(knownOnes, [id, fingerprints, projectId])).map(decodeDiscrepancy);
  const rankOf = (row: DiscrepancyRow) => (row.status === 'RESOLVED' ? 2 : row.sessionId === id ? 0 : 1);
  const chosen = new Map<string, DiscrepancyRow>();
  for (const row of found.toSorted((a, b) => rankOf(a) - rankOf(b)))
    if (!chosen.has(row.fingerprint)) chosen.set(row.fingerprint, row);
  if (chosen.size === 0) return chosen;
  const locked = await unit.all(lockOnes, [[...chosen.values()].map((row) => row.id)]);
  return new Map(locked.map(decodeDiscrepancy).map((row) => [row.fingerprint, row]));
}

function seenAgain(
  unit: UnitOfWork,
  { id: lastSessionId }: SessionRow,
  { times }: Sighting,
  row: DiscrepancyRow | undefined,
): DiscrepancyRow[] {
  if (!row) return [];
  const seen = { seen: row.seen + times, lastSessionId, lastSeenAt: unit.at, updatedAt: unit.at };
  const isBack = row.status === 'RESOLVED';
  return [{ ...row, ...seen, ...(isBack && { status: 'OPEN' as const, ticketId: null, ...undecided }) }];
}

const newRow = (
  unit: UnitOfWork,
  { id: sessionId, projectId }: SessionRow,
  resultId: string | null,
  { found, fingerprint, times }: Sighting,
): DiscrepancyRow => ({
  id: newId(),
  sessionId,
  lastSessionId: sessionId,
  projectId,
  resultId,
  type: found.type,
  severity: found.severity,
  sourcePath: found.sourcePath,
  targetPath: found.targetPath,
  expected: JSON.stringify(found.expected ?? null),
  actual: JSON.stringify(found.actual ?? null),
  fingerprint,
  status: 'OPEN',
  ticketId: null,
  seen: times,
  foundOn: dayOf(unit.at),
  lastSeenAt: unit.at,
  createdAt: unit.at,
  updatedAt: unit.at,
  ...undecided,
});
