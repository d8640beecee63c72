import type { CustomField, Ticket } from '../sdk.js';

type Value = Ticket['customFields'][string];

/** A value as a field of the form has it: `''` for none. */
export const fieldText = (value: Value): string => (value === null ? '' : String(value));

/** What was typed or chosen, as the server wants it; null takes the value away. */
export function valueOf(kind: CustomField['kind'], text: string): Value {
  if (text === '') return null;
  if (kind === 'NUMBER') return Number(text);
  return kind === 'BOOLEAN' ? text === 'true' : text;
}

/** A choice in words. */
export const wordsOf = (kind: CustomField['kind'], choice: string): string =>
  kind === 'BOOLEAN' ? (choice === 'true' ? 'Yes' : 'No') : choice;
