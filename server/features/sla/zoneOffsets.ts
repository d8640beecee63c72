import { Temporal } from 'temporal-polyfill';

/** A time in which a zone's wall clocks keep their distance from UTC: from `from` until `to`, in ms; `to` may be Infinity. */
export interface OffsetSpan {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Of each zone the last span that was asked for, and those around it: tickets of a project are asked about the same months. */
const known = new Map<string, OffsetSpan[]>();
const SPANS_KEPT = 64;

/** The span that holds this moment. */
export function offsetSpanAt(timeZone: string, moment: number): OffsetSpan {
  const spans = known.get(timeZone) ?? [];
  const found = spans.find(({ from, to }) => from <= moment && moment < to);
  if (found) return found;
  const span = findSpan(timeZone, moment);
  known.set(timeZone, [span, ...spans].slice(0, SPANS_KEPT));
  return span;
}

function findSpan(timeZone: string, moment: number): OffsetSpan {
  const local = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone);
  // What is before a transition does not hold the moment of the transition itself: one ms later it is found as the one before.
  const before = local.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const after = local.getTimeZoneTransition('next');
  return {
    from: before?.epochMilliseconds ?? -Infinity,
    to: after?.epochMilliseconds ?? Infinity,
    offset: local.offsetNanoseconds / 1_000_000,
  };
}
