import type { Severity } from '../../../contract/validation.js';
import { limits } from '../../../contract/limits.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import type { DiscrepancyRow, SessionRow } from './validations.present.js';

const priorities = { LOW: 'LOW', MEDIUM: 'MEDIUM', HIGH: 'HIGH', CRITICAL: 'URGENT' } as const satisfies Record<
  Severity,
  CreateTicketInput['priority']
>;
const words: Readonly<Record<DiscrepancyRow['type'], string>> = {
  MISSING: 'Missing',
  UNEXPECTED: 'Unexpected',
  VALUE: 'Another value',
  TYPE: 'Another type',
  STRUCTURE: 'Another structure',
  COUNT: 'Another count',
  BEHAVIOR: 'Another answer',
  OTHER: 'A difference',
};
const SHOWN_VALUE = 2_000;

/** At most so many signs, none of them half. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** What a discrepancy is as a ticket. Like what customers report it goes without the custom fields that staff must give. */
export function ticketOf(row: DiscrepancyRow, session: SessionRow, projectId: string): CreateTicketInput {
  const where = row.targetPath.trim() || row.sourcePath.trim() || session.name;
  const lines = [
    `Found by the validation “${session.name}”: ${session.sourceTechnology} against ${session.targetTechnology}.`,
    '',
    `Source: ${row.sourcePath || 'none'}`,
    `Target: ${row.targetPath || 'none'}`,
    `Expected: ${cut(row.expected, SHOWN_VALUE)}`,
    `Actual: ${cut(row.actual, SHOWN_VALUE)}`,
  ];
  return CreateTicketInput.parse({
    projectId,
    type: 'DISCREPANCY',
    title: cut(`${words[row.type]}: ${where.replaceAll(/\s+/g, ' ')}`, limits.titleLength),
    description: lines.join('\n'),
    priority: priorities[row.severity],
    category: 'BUG_REPORT',
  });
}
