import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Day, Email, Id, IdempotencyKey, InstantInput, longText, text } from '../../contract/text.js';
import { CustomFields } from '../../contract/customField.js';
import { TicketKey } from '../../contract/ticket.js';
import { newId } from '../../server/kernel/ids.js';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;
const title = text(20);

describe('text', () => {
  it.each(['\0', 'a\0b', '\ud800', 'a\udfff', '\udc00\ud800', '😀'.slice(0, 1), '😀'.slice(1)])(
    'refuses %j, which a database would refuse or change',
    (value) => {
      expect(accepts(title, value)).toBe(false);
      expect(accepts(longText(), value)).toBe(false);
      expect(accepts(IdempotencyKey, value)).toBe(false);
      expect(accepts(CustomFields, { [`x${value}`]: 1 })).toBe(false);
      expect(accepts(CustomFields, { x: value })).toBe(false);
    },
  );

  it.each([
    '',
    ' ',
    '\t\r\n',
    '\u00a0\u3000',
    '\u200b\u200d\ufeff',
    '\u00ad',
    '\u202e\u2066',
    '\u3164',
    '\u2028',
    '\u0007',
  ])('refuses %j, of which nothing can be seen', (value) => {
    expect(accepts(title, value)).toBe(false);
  });

  it.each(['a', ' a ', '😀', '日本', '\u200ba', '\u0301', '!', 'é', '👩‍👩‍👧', '\ufeffx\0'.slice(0, 2)])(
    'accepts %j as it is',
    (value) => {
      expect(title.parse(value)).toBe(value);
    },
  );

  it('is counted in characters as the databases count them, its bounds included', () => {
    expect(accepts(title, 'x'.repeat(20))).toBe(true);
    expect(accepts(title, 'x'.repeat(21))).toBe(false);
    expect(accepts(title, '😀'.repeat(20))).toBe(true);
    expect(accepts(title, '😀'.repeat(21))).toBe(false);
    expect(accepts(longText(0), '')).toBe(true);
  });

  it('of well-formed Unicode without NUL is always accepted, and never changed', () => {
    const wellFormed = fc.string({ unit: 'binary', maxLength: 50 }).filter((value) => !value.includes('\0'));

    fc.assert(
      fc.property(wellFormed, (value) => {
        expect(longText().parse(value)).toBe(value);
      }),
    );
  });
});

describe('days and moments', () => {
  it.each(['2026-02-28', '2028-02-29', '1000-01-01', '9999-12-31'])('%s is a day', (day) => {
    expect(Day.parse(day)).toBe(day);
  });
  it.each([
    '2026-02-29',
    '2024-02-30',
    '2026-13-01',
    '2026-1-1',
    '0999-12-31',
    '10000-01-01',
    '',
    ' 2026-01-01',
    20260101,
  ])('%s is none', (day) => {
    expect(accepts(Day, day)).toBe(false);
  });

  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00.1Z', '2026-11-22T10:00:00.100Z'],
    ['2026-11-22T10:00:00.123456Z', '2026-11-22T10:00:00.123Z'],
    ['2026-11-22T10:00:00+05:30', '2026-11-22T04:30:00.000Z'],
  ])('%s is the moment %s', (given, instant) => {
    expect(InstantInput.parse(given)).toBe(instant);
  });
  it.each(['2026-11-22', '2026-11-22T10:00:00', '2026-02-30T10:00:00Z', '2026-11-22T25:00:00Z', 'now', '', 0])(
    '%s is none',
    (given) => {
      expect(accepts(InstantInput, given)).toBe(false);
    },
  );
});

describe('names of things', () => {
  it('are UUIDs in lower case, whatever case they come in', () => {
    const id = newId();

    expect(Id.parse(id.toUpperCase())).toBe(id);
    for (const other of ['', 'baton', `${id}0`, ` ${id}`, id.replaceAll('-', ''), `{${id}}`, `${id}\n`])
      expect(accepts(Id, other)).toBe(false);
  });

  it('are keys of tickets as they are printed', () => {
    expect(['SUP-1', 'A1-12', 'ABCDEFGHIJ-9999999999'].every((key) => accepts(TicketKey, key))).toBe(true);
    for (const other of ['sup-1', 'S-1', 'SUP-0', 'SUP-01', 'SUP1', 'SUP-', 'SUP-1 ', 'SUP-1\n', '1UP-1'])
      expect(accepts(TicketKey, other)).toBe(false);
  });

  it('are addresses, trimmed and in lower case', () => {
    expect(Email.parse('  Ada.Lovelace@Example.COM ')).toBe('ada.lovelace@example.com');
    for (const other of ['', 'ada', 'ada@', '@example.com', 'a b@example.com', `${'x'.repeat(250)}@example.com`])
      expect(accepts(Email, other)).toBe(false);
  });

  it('are addresses in the letters of all scripts, of which what looks the same is the same', () => {
    expect(Email.parse('Jose\u0301@Bu\u0308cher.example')).toBe('jos\u00e9@b\u00fccher.example');
    expect(Email.parse('J\u030c@example.com')).toBe('\u01f0@example.com');
    expect(Email.parse('иван@пример.рф')).toBe('иван@пример.рф');
    for (const other of [
      'a\0@example.com',
      '\ud800@example.com',
      '\u200b@example.com',
      'é..e@example.com',
      'é@example',
    ])
      expect(accepts(Email, other)).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (name) => {
        const { data } = Email.safeParse(`${name}@example.com`);
        expect(data === undefined ? data : Email.parse(data)).toBe(data);
      }),
    );
  });
});

describe('fields of one’s own', () => {
  it('are flat, few and finite', () => {
    expect(accepts(CustomFields, { a: 'x', b: 1.5, c: true, d: null, e: -0 })).toBe(true);
    for (const other of [
      { a: [] },
      { a: {} },
      { a: undefined },
      { a: Number.NaN },
      { a: Infinity },
      { '': 1 },
      { é: 1 },
      { 'a b': 1 },
      { A: 1 },
      [],
      'x',
    ])
      expect(accepts(CustomFields, other)).toBe(false);
    const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, key) => [`k${key}`, key]));
    expect([accepts(CustomFields, many(50)), accepts(CustomFields, many(51))]).toEqual([true, false]);
  });
});
