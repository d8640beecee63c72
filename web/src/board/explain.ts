import { statusNames } from '../model.js';
import { isBatonError, type JsonValue, type TicketStatus } from '../sdk.js';

/** A failure in words for the person who caused it. `subject` is what it was about, e.g. a ticket's key. */
export function explain(error: unknown, subject?: string): string {
  if (!isBatonError(error)) return 'Something went wrong here. Reload the page if it stays.';
  const about = subject && !error.message.includes(subject) ? `${subject}: ` : '';
  switch (error.code) {
    case 'CONFLICT': {
      const holder = error.details['holderName'];
      if (typeof holder === 'string') return `${subject ?? 'It'} is already held by ${holder}.`;
      const status = theirs(error.details['fields'], 'status');
      const name = statusNames[status as TicketStatus];
      if (name) return `Somebody else has just moved ${subject ?? 'it'} to ${name}.`;
      return `${about}${error.message}`;
    }
    case 'NOT_FOUND':
      return `${subject ?? 'It'} is no longer there.`;
    case 'UNAVAILABLE':
      return `${about}the server could not be reached. Try again in a moment.`;
    case 'TOO_MANY_REQUESTS':
      return `${about}too many requests. Wait a moment and try again.`;
    default:
      return `${about}${error.message}`;
  }
}

/** The value that won in `details.fields` of a lost race. */
export function theirs(fields: JsonValue | undefined, name: string): JsonValue {
  const field = isObject(fields) ? fields[name] : undefined;
  return (isObject(field) ? field['theirs'] : undefined) ?? null;
}

const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
