import { slaKinds, type SlaClock, type SlaKind, type TicketSla } from '../../../contract/ticketSla.js';
import type { SlaCalendar } from '../../../contract/sla.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import { addBusinessTime, businessBetween } from './businessTime.js';

/** What was promised, as it was when a clock began by it. It never changes: a changed policy has other terms. */
export interface Terms {
  readonly id: string;
  readonly policyId: string;
  readonly firstResponseMinutes: number | null;
  readonly resolveMinutes: number | null;
  readonly warnFraction: number;
  readonly calendar: SlaCalendar;
}

/** All that clocks look at. */
export interface ClockFacts {
  readonly status: TicketStatus;
  readonly waitingOn: string | null;
  readonly firstResponseAt: Date | string | null;
  readonly deletedAt: Date | string | null;
}
export const clockFields = ['status', 'waitingOn', 'firstResponseAt', 'deletedAt'] as const;

/** How a ticket was from a moment on. */
export interface Turn {
  readonly at: number;
  readonly facts: ClockFacts;
}

type Gait = 'RUNS' | 'PAUSED' | 'STOPPED';

const isStopped: Readonly<Record<SlaKind, (facts: ClockFacts) => boolean>> = {
  FIRST_RESPONSE: (facts) => facts.firstResponseAt !== null || isStopped.RESOLVE(facts),
  RESOLVE: ({ status, deletedAt }) => status === 'RESOLVED' || status === 'CLOSED' || deletedAt !== null,
};
const gaitOf = (kind: SlaKind, facts: ClockFacts): Gait =>
  isStopped[kind](facts) ? 'STOPPED' : facts.waitingOn === null ? 'RUNS' : 'PAUSED';

const MINUTE = 60_000;
const targetOf = (kind: SlaKind, terms: Terms): number | null => {
  const minutes = kind === 'RESOLVE' ? terms.resolveMinutes : terms.firstResponseMinutes;
  return minutes === null ? null : minutes * MINUTE;
};

const iso = (moment: number): string => new Date(moment).toISOString();
const standing = (gait: Gait, at: number) => ({
  pausedAt: gait === 'PAUSED' ? iso(at) : null,
  stoppedAt: gait === 'STOPPED' ? iso(at) : null,
});

function start(kind: SlaKind, terms: Terms, { at, facts }: Turn): SlaClock | null {
  const target = targetOf(kind, terms);
  if (target === null) return null;
  return {
    startedAt: iso(at),
    warnAt: iso(addBusinessTime(terms.calendar, at, Math.floor(target * terms.warnFraction))),
    dueAt: iso(addBusinessTime(terms.calendar, at, target)),
    ...standing(gaitOf(kind, facts), at),
    pausedMs: 0,
    warnedAt: null,
    breachedAt: null,
  };
}

/** Since when it stands still, in ms; null: it runs. */
const haltOf = ({ stoppedAt, pausedAt }: SlaClock): number | null => {
  const since = stoppedAt ?? pausedAt;
  return since === null ? null : Date.parse(since);
};

/** The clock after the ticket came to be as it is. What it stood still while there was time left is given to it; once it is late nothing helps. */
function turn(kind: SlaKind, terms: Terms, clock: SlaClock, { at, facts }: Turn): SlaClock {
  const gait = gaitOf(kind, facts);
  const before = clock.stoppedAt !== null ? 'STOPPED' : clock.pausedAt !== null ? 'PAUSED' : 'RUNS';
  if (gait === before) return clock;
  return { ...regained(kind, terms, clock, at), ...standing(gait, at) };
}

function regained(kind: SlaKind, terms: Terms, clock: SlaClock, at: number): SlaClock {
  const halt = haltOf(clock);
  const target = targetOf(kind, terms);
  if (halt === null || target === null || halt >= Date.parse(clock.dueAt)) return clock;
  const pausedMs = clock.pausedMs + businessBetween(terms.calendar, halt, at);
  const until = (ms: number) => iso(addBusinessTime(terms.calendar, Date.parse(clock.startedAt), ms + pausedMs));
  const isWarned = halt >= Date.parse(clock.warnAt);
  const warnAt = isWarned ? clock.warnAt : until(Math.floor(target * terms.warnFraction));
  return { ...clock, pausedMs, warnAt, dueAt: until(target) };
}

const eachClock = (sla: Pick<TicketSla, 'policyId' | 'termsId'>, clock: (kind: SlaKind) => SlaClock | null) => ({
  policyId: sla.policyId,
  termsId: sla.termsId,
  FIRST_RESPONSE: clock('FIRST_RESPONSE'),
  RESOLVE: clock('RESOLVE'),
});

/** The clocks of a ticket by these terms, from how it was when it was made to how it came to be since. */
export function clocksBy(terms: Terms, [made, ...turns]: readonly [Turn, ...Turn[]]): TicketSla {
  const names = { policyId: terms.policyId, termsId: terms.id };
  return turns.reduce(
    (sla, next) => turnClocks(sla, terms, next),
    eachClock(names, (kind) => start(kind, terms, made)),
  );
}

/** The same clocks once the ticket came to be as it is; the same object when nothing turned. */
export function turnClocks(sla: TicketSla, terms: Terms, next: Turn): TicketSla {
  const turned = eachClock(sla, (kind) => sla[kind] && turn(kind, terms, sla[kind], next));
  return slaKinds.every((kind) => turned[kind] === sla[kind]) ? sla : keepingMarks(turned, sla, next.at);
}

/** What was told of the clocks before and is still so: it is not told again. What is so no more may be told another time. */
export const keepingMarks = (sla: TicketSla, before: TicketSla | null, at: number): TicketSla =>
  eachClock(sla, (kind) => {
    const [clock, was] = [sla[kind], before?.[kind]];
    if (!clock || !was) return clock;
    const kept = (told: string | null, moment: string) =>
      told !== null && isReached(clock, moment, at) ? moment : null;
    return { ...clock, warnedAt: kept(was.warnedAt, clock.warnAt), breachedAt: kept(was.breachedAt, clock.dueAt) };
  });

/** Whether a clock that may stand still got beyond a moment. */
const isReached = (clock: SlaClock, moment: string, now: number): boolean => {
  const [halt, reached] = [haltOf(clock), Date.parse(moment)];
  return halt === null ? reached <= now : reached < halt;
};

const marks = [
  ['warnedAt', 'warnAt'],
  ['breachedAt', 'dueAt'],
] as const;

/** When something is to be told of the clock; null: not if it goes on as it does. May be past. */
export function nextMark(clock: SlaClock): string | null {
  const next = marks.find(([told]) => clock[told] === null);
  if (!next) return null;
  const moment = clock[next[1]];
  return isReached(clock, moment, Infinity) ? moment : null;
}

export type Mark = (typeof marks)[number][0];

/** The clock once that was told for which {@link nextMark} has come, and what it is. */
export function markClock(clock: SlaClock): { clock: SlaClock; mark: Mark } {
  const [mark, moment] = marks.find(([told]) => clock[told] === null) ?? marks[1];
  return { clock: { ...clock, [mark]: clock[moment] }, mark };
}
