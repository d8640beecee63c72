import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incomingOutcomes } from '../../contract/enums.js';
import { webhookEventTypes } from '../../contract/webhook.js';
import { SlaCalendar } from '../../contract/sla.js';
import { addressOf, eventText, outcomeNames, stateOf as incomingState } from '../../web/src/incoming/incomingWords.js';
import type { Delivery, Weekday } from '../../web/src/sdk.js';
import { calendarOf, draftOf, weekdays } from '../../web/src/sla/calendarDraft.js';
import { appliesText, calendarText, minutesText } from '../../web/src/sla/policyWords.js';
import { fidelityText, placeText, severitiesText, valueText } from '../../web/src/validations/validationWords.js';
import { answerText, indented, stateOf, toldGroups, toldText } from '../../web/src/webhooks/webhookWords.js';

describe('a webhook', () => {
  it('can be told of each event that there is', () => {
    const offered = toldGroups.flatMap(({ types }) => types.map(({ type }) => type));

    expect(offered.toSorted()).toEqual(webhookEventTypes.toSorted());
  });

  it('says how it does, and why', () => {
    const state = { active: true, disabledReason: null, failingSince: null };

    expect(stateOf(state)).toEqual({ look: 'on', word: 'On', why: null });
    expect(stateOf({ ...state, failingSince: '2026-03-02T09:00:00.000Z' })).toMatchObject({ look: 'failing' });
    expect(stateOf({ ...state, active: false }).why).toContain('Somebody turned it off.');
    expect(stateOf({ ...state, active: false, disabledReason: 'FAILING' }).why).toContain('for five days');
    expect(stateOf({ ...state, active: false, disabledReason: 'GONE' }).why).toContain('410');
    expect(toldText({ eventTypes: ['a.b'] })).toBe('a.b');
    expect(toldText({ eventTypes: ['a.b', 'c.d', 'e.f'] })).toBe('a.b and 2 more');
  });

  it('says what was answered', () => {
    const sent = { attemptedAt: '2026-03-02T09:00:00.000Z', responseStatus: 200, durationMs: 12, error: null };
    const said = (rest: Partial<Delivery>) => answerText({ ...sent, ...rest } as Delivery);

    expect(said({})).toBe('200 in 12 ms');
    expect(said({ attemptedAt: null, responseStatus: null })).toBe('not sent yet');
    expect(said({ responseStatus: null, error: 'ECONNREFUSED' })).toBe('no answer: ECONNREFUSED');
    expect(indented('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(indented('{"a":')).toBe('{"a":');
  });
});

describe('a repository of GitHub', () => {
  it('is told where to send, on the server that the page came from, whatever it is showing', () => {
    const path = '/hooks/github/0198f0a0-0000-7000-8000-000000000000';

    for (const page of ['https://baton.example.com/#/SUP/settings/incoming', 'https://baton.example.com/?view=list#/'])
      expect(addressOf({ path }, page)).toBe(`https://baton.example.com${path}`);
  });

  it('says what came, what became of it, and what becomes of it while it is off', () => {
    expect(eventText({ event: 'issues', action: 'opened' })).toBe('issues opened');
    expect(eventText({ event: 'push', action: null })).toBe('push');
    expect(Object.keys(outcomeNames).toSorted()).toEqual([...incomingOutcomes].toSorted());
    expect(incomingState({ active: true })).toEqual({ look: 'on', word: 'On', why: null });
    expect(incomingState({ active: false }).why).toContain('passed over');
  });
});

describe('a policy', () => {
  const officeDays = (from: string, to: string, days: readonly Weekday[] = weekdays.slice(0, 5)) =>
    days.map((day) => ({ day, from, to }));

  it('says for which tickets, and when its time goes by', () => {
    const zone = { timeZone: 'Europe/Berlin', holidays: [] };

    expect([null, 45, 90, 1_560].map(minutesText)).toEqual(['–', '45 min', '1 h 30 min', '26 h']);
    expect(appliesText({ priorities: null, categories: null })).toBe('All tickets');
    expect(appliesText({ priorities: ['URGENT', 'HIGH'], categories: ['BILLING'] })).toBe('Urgent or High, Billing');
    expect(calendarText({ ...zone, hours: null })).toBe('Round the clock, Europe/Berlin');
    const hours = [...officeDays('09:00', '17:00'), ...officeDays('10:00', '12:00', ['SATURDAY'])];
    expect(calendarText({ ...zone, hours, holidays: ['2026-12-25'] })).toBe(
      'Mon–Fri 09:00–17:00, Sat 10:00–12:00, Europe/Berlin, 1 holiday',
    );
    expect(calendarText({ ...zone, hours: officeDays('22:00', '06:00', ['MONDAY', 'WEDNESDAY']) })).toBe(
      'Mon, Wed 22:00–06:00, Europe/Berlin',
    );
  });

  it('comes out of the form as it went in, whatever its hours', () => {
    const hour = fc.integer({ min: 0, max: 23 }).map((one) => `${String(one).padStart(2, '0')}:00`);
    const hours = fc.uniqueArray(
      fc
        .record({ day: fc.constantFrom(...weekdays), from: hour, to: fc.oneof(hour, fc.constant('24:00')) })
        .filter(({ from, to }) => from !== to),
      { minLength: 1, maxLength: 20, selector: ({ day, from, to }) => `${day} ${from} ${to}` },
    );
    const asked = fc.record({
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
      hours: fc.oneof(fc.constant(null), hours),
      holidays: fc.constantFrom<string[]>([], ['2026-12-25', '2027-01-01']),
    });
    const key = ({ day, from, to }: { day: string; from: string; to: string }) => `${day} ${from} ${to}`;

    fc.assert(
      fc.property(asked, (calendar) => {
        const back = SlaCalendar.parse(calendarOf(draftOf(calendar)));

        expect({ ...back, hours: back.hours?.map(key).toSorted() ?? null }).toEqual({
          ...calendar,
          hours: calendar.hours?.map(key).toSorted() ?? null,
        });
      }),
    );
  });
});

describe('a validation', () => {
  it('is never said to be whole while something did not match', () => {
    expect([null, 1, 0.999_999, 0.5, 0].map(fidelityText)).toEqual(['–', '100 %', '99.99 %', '50 %', '0 %']);
  });

  it('says what was found, and where', () => {
    expect(severitiesText({ LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 })).toBe('none');
    expect(severitiesText({ LOW: 3, MEDIUM: 0, HIGH: 0, CRITICAL: 1 })).toBe('1 critical, 3 low');
    expect(placeText({ sourcePath: 'a', targetPath: 'a' })).toBe('a');
    expect(placeText({ sourcePath: 'a', targetPath: 'b' })).toBe('a → b');
    expect(placeText({ sourcePath: '', targetPath: '' })).toBe('–');
    expect(['text', null, ['a'], 'x'.repeat(200)].map(valueText)).toEqual([
      'text',
      'null',
      '["a"]',
      `${'x'.repeat(120)}…`,
    ]);
  });
});
