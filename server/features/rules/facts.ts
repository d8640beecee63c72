import type { Changes, ProjectEvent } from '../../../contract/event.js';
import type { JsonValue } from '../../../contract/errors.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import type { RuleFacts, Scalar } from './conditions.js';

/** What set a rule off: an event, or, null, its schedule. */
export type Cause = ProjectEvent | null;

const CUSTOM = 'customFields.';
const scalarOf = (value: unknown): Scalar | null => {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
};
const listed = (value: unknown): readonly Scalar[] => {
  if (Array.isArray(value)) return value.filter((one): one is string => typeof one === 'string');
  const scalar = scalarOf(value);
  return scalar === null ? [] : [scalar];
};

function actorsOf({ row, spans }: TicketState, cause: Cause): readonly string[] {
  if (!cause?.actor) return ['SYSTEM'];
  const { id } = cause.actor;
  return [
    ...(row.reporterId === id ? ['REPORTER'] : []),
    ...(spans.some(({ assigneeId }) => assigneeId === id) ? ['ASSIGNEE'] : []),
  ];
}

const besideTicket: Readonly<Record<string, (state: TicketState, cause: Cause) => readonly Scalar[]>> = {
  actor: actorsOf,
  comment: (_, cause) => (cause && 'comment' in cause.payload ? listed(cause.payload.comment.content) : []),
  commentVisibility: (_, cause) => (cause && 'comment' in cause.payload ? [cause.payload.comment.visibility] : []),
};

const changesOf = (cause: Cause): Changes =>
  cause && 'changes' in cause.payload && 'ticket' in cause.payload ? cause.payload.changes : {};

const within = (value: JsonValue | undefined, key: string): Scalar | null =>
  scalarOf((value as Readonly<Record<string, JsonValue>> | null | undefined)?.[key]);

/** What conditions can be asked of a ticket and of what happened to it. */
export function factsOf(state: TicketState, cause: Cause, now: Date): RuleFacts {
  const changes = changesOf(cause);
  return {
    now,
    valuesOf(field) {
      const own = besideTicket[field];
      if (own) return own(state, cause);
      if (field.startsWith(CUSTOM)) return listed(state.row.customFields[field.slice(CUSTOM.length)]);
      return listed((state.row as unknown as Readonly<Record<string, unknown>>)[field]);
    },
    changeOf(field) {
      if (!field.startsWith(CUSTOM)) {
        const change = changes[field];
        return change ? { before: scalarOf(change.before), after: scalarOf(change.after) } : null;
      }
      const [change, key] = [changes['customFields'], field.slice(CUSTOM.length)];
      const [before, after] = [within(change?.before, key), within(change?.after, key)];
      return before === after ? null : { before, after };
    },
  };
}
