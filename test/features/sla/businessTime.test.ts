import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlaCalendar, weekdays } from '../../../contract/sla.js';
import { addBusinessTime, businessBetween } from '../../../server/features/sla/businessTime.js';
import { slowAdd, slowBetween } from '../../support/slowCalendar.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC'];

const calendarOf = (timeZone: string, hours: [string, string][] | null, holidays: string[] = []): SlaCalendar =>
  SlaCalendar.parse({
    timeZone,
    hours: hours && weekdays.flatMap((day) => hours.map(([from, to]) => ({ day, from, to }))),
    holidays,
  });
const nineToFive = (timeZone: string, holidays?: string[]): SlaCalendar =>
  SlaCalendar.parse({
    timeZone,
    hours: weekdays.slice(0, 5).map((day) => ({ day, from: '09:00', to: '17:00' })),
    holidays,
  });
const due = (calendar: SlaCalendar, from: string, minutes: number) =>
  new Date(addBusinessTime(calendar, Date.parse(from), minutes * MINUTE)).toISOString();

describe('business time over changes of clocks', () => {
  // From midnight to midnight of that day on the wall: how many hours pass, how many of those from 01:00 to 04:00, and of 02:15 to 02:45.
  it.each([
    ['Europe/Berlin', '2026-03-28T23:00Z', 23, 2, 0],
    ['Europe/Berlin', '2026-10-24T22:00Z', 25, 4, 1],
    ['America/New_York', '2026-03-08T05:00Z', 23, 2, 0],
    ['America/New_York', '2026-11-01T04:00Z', 25, 4, 0.5],
    // Half an hour: 02:00 is followed by 02:30 in October, 01:59 by 01:30 in April.
    ['Australia/Lord_Howe', '2026-10-03T13:30Z', 23.5, 2.5, 0.25],
    ['Australia/Lord_Howe', '2026-04-04T13:00Z', 24.5, 3.5, 0.5],
    ['Asia/Kathmandu', '2026-03-28T18:15Z', 24, 3, 0.5],
  ])('in %s from %s', (zone, midnight, day, early, halfHour) => {
    const from = Date.parse(midnight);
    const measured = [null, [['01:00', '04:00']], [['02:15', '02:45']]].map((hours) =>
      businessBetween(calendarOf(zone, hours as [string, string][] | null), from, from + day * HOUR),
    );

    expect(measured.map((ms) => ms / HOUR)).toEqual([day, early, halfHour]);
  });

  it('keeps to the wall clock on both sides of a change', () => {
    const berlin = nineToFive('Europe/Berlin');

    expect(due(berlin, '2026-03-27T15:00Z', 120)).toBe('2026-03-30T08:00:00.000Z');
    expect(due(berlin, '2026-10-23T14:00Z', 120)).toBe('2026-10-26T09:00:00.000Z');
    expect(due(nineToFive('Asia/Kathmandu'), '2026-03-27T11:00Z', 30)).toBe('2026-03-30T03:30:00.000Z');
  });

  it('counts an hour that is shown twice both times, in the pieces that are open', () => {
    const berlin = calendarOf('Europe/Berlin', [['02:15', '02:45']]);

    expect(due(berlin, '2026-10-25T00:00Z', 30)).toBe('2026-10-25T00:45:00.000Z');
    expect(due(berlin, '2026-10-25T00:00Z', 31)).toBe('2026-10-25T01:16:00.000Z');
  });
});

describe('business time', () => {
  it('ends with the day that it fills, and begins with the next one', () => {
    const calendar = nineToFive('UTC');

    expect(due(calendar, '2026-11-27T09:00Z', 480)).toBe('2026-11-27T17:00:00.000Z');
    expect(due(calendar, '2026-11-27T09:00Z', 481)).toBe('2026-11-30T09:01:00.000Z');
    expect(due(calendar, '2026-11-28T12:00Z', 0)).toBe('2026-11-28T12:00:00.000Z');
  });

  it('leaves out holidays from midnight to midnight, the night of a shift that began before as well', () => {
    const nights = calendarOf('Europe/Berlin', [['22:00', '06:00']], ['2026-12-25']);

    expect(due(nights, '2026-12-24T21:00Z', 120)).toBe('2026-12-24T23:00:00.000Z');
    expect(due(nights, '2026-12-24T21:00Z', 121)).toBe('2026-12-25T23:01:00.000Z');
  });

  it('takes hours that overlap once', () => {
    const calendar = calendarOf('UTC', [
      ['09:00', '12:00'],
      ['11:00', '13:00'],
      ['13:00', '14:00'],
    ]);

    expect(businessBetween(calendar, Date.parse('2026-11-27T00:00Z'), Date.parse('2026-11-28T00:00Z'))).toBe(5 * HOUR);
  });

  it('is the same as minute by minute', () => {
    const time = fc.integer({ min: 0, max: 1439 });
    const text = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const opening = fc
      .tuple(fc.constantFrom(...weekdays), time, time)
      .filter(([, from, to]) => from !== to)
      .map(([day, from, to]) => ({ day, from: text(from), to: text(to) }));
    // Around the days on which clocks are changed somewhere.
    const base = fc.constantFrom('2026-03-05', '2026-03-26', '2026-04-02', '2026-10-01', '2026-10-22', '2026-10-30');
    const property = fc.property(
      fc.constantFrom(...zones),
      fc.option(fc.array(opening, { minLength: 1, maxLength: 6 }), { freq: 6 }),
      base,
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }),
      fc.integer({ min: 0, max: 4 * 1440 }),
      fc.integer({ min: 0, max: 16 * 1440 }),
      (timeZone, hours, day, closed, minutes, length) => {
        const start = Date.parse(day);
        const holidays = closed.map((n) => new Date(start + n * 24 * HOUR).toISOString().slice(0, 10));
        const calendar = SlaCalendar.parse({ timeZone, hours, holidays });
        const from = start + minutes * MINUTE;
        const between = slowBetween(calendar, from, from + length * MINUTE);

        expect(businessBetween(calendar, from, from + length * MINUTE)).toBe(between);
        const reached = addBusinessTime(calendar, from, between);
        expect(reached).toBe(slowAdd(calendar, from, between));
        expect(businessBetween(calendar, from, reached)).toBe(between);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it('goes over years week by week', () => {
    const calendar = nineToFive('Europe/Berlin', ['2027-05-03']);
    const from = Date.parse('2026-11-30T08:00Z');
    const year = addBusinessTime(calendar, from, 52 * 40 * HOUR);

    expect(new Date(year).toISOString()).toBe('2027-11-29T16:00:00.000Z');
    expect(businessBetween(calendar, from, year)).toBe(52 * 40 * HOUR);
  });
});
