import type { Ticket } from '../sdk.js';

type Sla = NonNullable<Ticket['sla']>;
type Clock = NonNullable<Sla['RESOLVE']>;
export type SlaKind = 'FIRST_RESPONSE' | 'RESOLVE';

/** How a clock stands. `due` is what marks look like that press as much. */
export interface SlaState {
  readonly state: 'late' | 'paused' | 'soon' | 'runs' | 'kept';
  readonly due: 'overdue' | 'soon' | 'later';
  readonly text: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "less than a minute", "45 min", "3 h 5 min", "4 d". */
export function spanText(ms: number): string {
  if (ms < MINUTE) return '< 1 min';
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms >= 2 * DAY) return `${Math.floor(ms / DAY)} d`;
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  return `${Math.floor(ms / HOUR)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
}

/** By the clocks on the wall: how much of that is working time is for the server to know. */
export function slaState({ dueAt, warnAt, pausedAt, stoppedAt }: Clock, now: number): SlaState {
  const halt = stoppedAt ?? pausedAt;
  const at = halt === null ? now : Date.parse(halt);
  const left = Date.parse(dueAt) - at;
  const isLate = halt === null ? left <= 0 : left < 0;
  if (isLate) return { state: 'late', due: 'overdue', text: `${spanText(-left)} late` };
  if (stoppedAt !== null) return { state: 'kept', due: 'later', text: 'In time' };
  if (pausedAt !== null) return { state: 'paused', due: 'later', text: `Paused, ${spanText(left)} left` };
  const isSoon = Date.parse(warnAt) <= now;
  return { state: isSoon ? 'soon' : 'runs', due: isSoon ? 'soon' : 'later', text: `${spanText(left)} left` };
}

/** The clock that presses most of those that have not stopped: one that runs before one that is paused, then the one that is due first. Tickets of older servers have none. */
export function pressingClock({ sla }: { readonly sla?: Ticket['sla'] }): { kind: SlaKind; clock: Clock } | null {
  const open = (['FIRST_RESPONSE', 'RESOLVE'] as const).flatMap((kind) => {
    const clock = sla?.[kind];
    return clock && clock.stoppedAt === null ? [{ kind, clock }] : [];
  });
  const weight = ({ clock }: { clock: Clock }) => (clock.pausedAt === null ? '0' : '1') + clock.dueAt;
  const [first] = open.toSorted((a, b) => (weight(a) < weight(b) ? -1 : 1));
  return first ?? null;
}
