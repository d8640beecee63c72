import type { BySeverity, Severity } from '../../../contract/validation.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Discrepancy } from '../../db/models/Discrepancy.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { dayOf, type DiscrepancyRow, type SessionRow } from './validations.present.js';

const seeing = [...(['status', 'ticketId', 'seen', 'lastSessionId', 'lastSeenAt'] as const)] as const;
const deciding = [...(['decidedOn', 'decidedAt', 'decidedBy', 'reason', 'updatedAt'] as const)] as const;
export const insertDiscrepancy = insertRow(Discrepancy, [
  ...(['id', 'sessionId', 'projectId', 'resultId', 'type', 'severity', 'sourcePath', 'targetPath'] as const),
  ...(['expected', 'actual', 'fingerprint', 'foundOn', 'createdAt'] as const),
  ...seeing,
  ...deciding,
]);
/** Found again: what was resolved is open then. */
export const seeDiscrepancy = updateRow(Discrepancy, [...seeing, ...deciding], 'seen');
export const decideDiscrepancy = updateRow(Discrepancy, ['status', ...deciding], 'decided');
export const ticketDiscrepancy = updateRow(Discrepancy, ['status', 'ticketId', 'updatedAt'], 'ticketed');

export const decodeDiscrepancy = (raw: object): DiscrepancyRow => decodeRow(Discrepancy, raw);

export const undecided = { decidedOn: null, decidedAt: null, decidedBy: null, reason: null } as const;
export const decidedBy = (userId: string | null, reason: string | null, at: Date) => ({
  decidedOn: dayOf(at),
  decidedAt: at,
  decidedBy: userId,
  reason,
});

export const noFindings = (): BySeverity => ({ LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 });
const columns = { LOW: 'nLow', MEDIUM: 'nMedium', HIGH: 'nHigh', CRITICAL: 'nCritical' } as const;

export function countBySeverity(found: readonly { readonly severity: Severity }[]): BySeverity {
  const counts = noFindings();
  for (const { severity } of found) counts[severity]++;
  return counts;
}

/** A session's own counters after these were found. */
export const withFound = (session: SessionRow, found: BySeverity): Partial<SessionRow> =>
  Object.fromEntries(
    (Object.keys(columns) as Severity[]).map((severity) => {
      const column = columns[severity];
      return [column, session[column] + found[severity]];
    }),
  );

export const entryOf = ({ id, projectId }: DiscrepancyRow) =>
  ({ entity: 'DISCREPANCY', entityId: id, projectId, action: 'UPDATED' }) as const;
