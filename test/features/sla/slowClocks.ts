import type { SlaCalendar } from '../../../contract/sla.js';
import { isOpen } from '../../support/slowCalendar.js';

const MINUTE = 60_000;

export interface Promised {
  readonly policyId: string;
  readonly firstResponseMinutes: number | null;
  readonly resolveMinutes: number | null;
  readonly warnFraction: number;
  readonly calendar: SlaCalendar;
}
export interface Facts {
  readonly status: string;
  readonly waitingOn: string | null;
  readonly answered: boolean;
  readonly deleted: boolean;
}
/** What a ticket was, from a moment on. */
export interface Since {
  readonly at: number;
  readonly facts: Facts;
}
type Kind = 'FIRST_RESPONSE' | 'RESOLVE';

const isStopped = (kind: Kind, { status, answered, deleted }: Facts) =>
  status === 'RESOLVED' || status === 'CLOSED' || deleted || (kind === 'FIRST_RESPONSE' && answered);
const gait = (kind: Kind, facts: Facts) =>
  isStopped(kind, facts) ? ('STOPPED' as const) : facts.waitingOn ? ('PAUSED' as const) : ('RUNS' as const);

const opened = new Map<string, Map<number, boolean>>();

/** Whether it is open in a minute, asked once. */
function openIn(calendar: SlaCalendar, at: number): boolean {
  const name = JSON.stringify(calendar);
  const known = opened.get(name) ?? new Map<number, boolean>();
  opened.set(name, known);
  const is = known.get(at) ?? isOpen(calendar, at);
  known.set(at, is);
  return is;
}

export interface SlowClock {
  readonly startedAt: number;
  readonly warnAt: number;
  readonly dueAt: number;
  readonly pausedAt: number | null;
  readonly stoppedAt: number | null;
  readonly pausedMs: number;
}

/** A clock by walking through every minute of the ticket's life, and on from there until its time is over. */
export function slowClock(kind: Kind, promised: Promised, life: readonly Since[]): SlowClock | null {
  const minutes = kind === 'RESOLVE' ? promised.resolveMinutes : promised.firstResponseMinutes;
  if (minutes === null) return null;
  const spans = spansOf(kind, life);
  const last = spans.at(-1)!;
  const warnAfter = Math.floor(minutes * promised.warnFraction);
  const startedAt = life[0]!.at;
  let [ran, pausedMs] = [0, 0];
  let warnAt: number | null = warnAfter === 0 ? startedAt : null;
  let dueAt: number | null = null;
  spans.forEach((span, nth) => {
    // What stands still at the end is told of as if it went on from there.
    const isLast = span === last;
    const helps = dueAt === null;
    const end = spans[nth + 1]?.at ?? Infinity;
    for (let at = span.at; at < end; at += MINUTE) {
      if (isLast && dueAt !== null) break;
      if (!openIn(promised.calendar, at)) continue;
      if (span.gait !== 'RUNS' && !isLast) pausedMs += helps ? MINUTE : 0;
      else if (dueAt === null) {
        ran++;
        if (ran === warnAfter) warnAt ??= at + MINUTE;
        if (ran === minutes) dueAt = at + MINUTE;
      }
    }
  });
  return {
    startedAt,
    warnAt: warnAt!,
    dueAt: dueAt!,
    pausedAt: last.gait === 'PAUSED' ? last.at : null,
    stoppedAt: last.gait === 'STOPPED' ? last.at : null,
    pausedMs,
  };
}

function spansOf(kind: Kind, life: readonly Since[]) {
  const spans: { at: number; gait: ReturnType<typeof gait> }[] = [];
  for (const { at, facts } of life) {
    const next = gait(kind, facts);
    if (spans.at(-1)?.gait !== next) spans.push({ at, gait: next });
  }
  return spans;
}
