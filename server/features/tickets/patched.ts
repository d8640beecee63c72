import type { TicketPatch } from '../../../contract/ticket.js';
import type { FieldRow } from '../customFields/customFields.present.js';
import { editedValues } from '../customFields/fieldValues.js';
import type { definedOnly } from '../definedOnly.js';
import type { TicketRow } from './tickets.present.js';

export type DefinedPatch = ReturnType<typeof definedOnly<TicketPatch>>;

/**
 * What a patch makes of a row: of custom fields it names those that change, and the others stay.
 * @throws BAD_INPUT a custom field is not as the project, whose `fields` these are, defines it.
 */
export const patched = (row: TicketRow, patch: DefinedPatch, fields: readonly FieldRow[]): Partial<TicketRow> =>
  patch.customFields ? { ...patch, customFields: editedValues(row.customFields, patch.customFields, fields) } : patch;
