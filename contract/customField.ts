import { z } from 'zod';
import { customFieldKinds } from './enums.js';
import { limits } from './limits.js';
import {
  count,
  ExpectedVersion,
  Id,
  Instant,
  listInput,
  longText,
  mutationInput,
  page,
  PositionSort,
  text,
} from './text.js';
import { wholeRecord } from './wholeRecord.js';

export { customFieldKinds };
export const CustomFieldKind = z.enum(customFieldKinds);
export const CustomFieldKey = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'is a small letter and up to 39 letters and digits');

const CustomValue = z.union([longText(limits.customValueLength), z.number(), z.boolean()]);
export type CustomValue = z.infer<typeof CustomValue>;
const atMost = (max: number) => (fields: object) => Object.keys(fields).length <= max;
/** Values by the keys that the ticket's project defines; those that are not named stay as they are, null takes one away. */
export const CustomFields = wholeRecord(
  z
    .record(CustomFieldKey, CustomValue.nullable())
    .refine(atMost(limits.customFieldsMax), `has more than ${limits.customFieldsMax} fields`),
);
/** Tickets that have each of these values. */
export const CustomFieldsFilter = wholeRecord(
  z
    .record(CustomFieldKey, CustomValue)
    .refine(atMost(limits.customFiltersMax), `asks for more than ${limits.customFiltersMax} fields`),
);

/** What a project's tickets can say of themselves besides what all tickets say. `options` are those of a SELECT. */
export const CustomField = z.object({
  id: Id,
  projectId: Id,
  key: z.string(),
  label: z.string(),
  kind: CustomFieldKind,
  options: z.array(z.string()),
  required: z.boolean(),
  position: count,
  active: z.boolean(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type CustomField = z.infer<typeof CustomField>;

const fields = {
  label: text(limits.nameLength),
  options: z
    .array(text(limits.nameLength))
    .max(limits.customOptionsMax)
    .refine((options) => new Set(options).size === options.length, 'names an option twice'),
  required: z.boolean(),
  position: count,
  active: z.boolean(),
};
export const ListCustomFieldsInput = listInput({ projectId: Id, active: z.boolean().optional(), sort: PositionSort });
export const CustomFieldPage = page(CustomField);
/**
 * Key and kind are for ever. A `required` field must be given when staff make a ticket, and cannot be taken away; tasks and what customers
 * report go without. `position` defaults to behind all others.
 */
export const CreateCustomFieldInput = mutationInput({
  projectId: Id,
  key: CustomFieldKey,
  kind: CustomFieldKind,
  label: fields.label,
  options: fields.options.default([]),
  required: fields.required.default(false),
  position: fields.position.optional(),
});
export type CreateCustomFieldInput = z.output<typeof CreateCustomFieldInput>;
/** A field that is no longer `active` cannot be given; what tickets have of it stays. */
export const UpdateCustomFieldInput = mutationInput({
  fieldId: Id,
  patch: z.strictObject(fields).partial(),
  expectedVersion: ExpectedVersion,
});
export type UpdateCustomFieldInput = z.output<typeof UpdateCustomFieldInput>;
export const RemoveCustomFieldInput = mutationInput({ fieldId: Id });
