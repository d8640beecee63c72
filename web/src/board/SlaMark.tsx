import type { Ticket } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { Icon } from '../ui/Icon.js';
import { useNow } from '../ui/useNow.js';
import { pressingClock, slaState, type SlaKind } from './slaText.js';

const TICK_MS = 5_000;
export const promiseNames: Readonly<Record<SlaKind, string>> = {
  FIRST_RESPONSE: 'First response',
  RESOLVE: 'Solution',
};

/** How much time is left of what was promised first; nothing when no promise is open. */
export function SlaMark({ ticket }: { ticket: Ticket }) {
  const pressing = pressingClock(ticket);
  return pressing ? <ClockMark kind={pressing.kind} clock={pressing.clock} /> : null;
}

/** One promise: how it stands now. */
export function ClockMark({ kind, clock }: NonNullable<ReturnType<typeof pressingClock>>) {
  const { state, due, text } = slaState(clock, useNow(TICK_MS));
  return (
    <span
      className="fact"
      data-sla={state}
      data-due={due}
      title={`${promiseNames[kind]} promised by ${formatMoment(clock.dueAt)}`}
    >
      <Icon name="gauge" />
      <span className="visually-hidden">{promiseNames[kind]}: </span>
      {text}
    </span>
  );
}
