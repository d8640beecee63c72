import { describe, expect, it } from 'vitest';
import { changedBy, editText, patchBack, shownBy, valueText } from '../../web/src/acts/takingBack.js';
import { fieldText, valueOf } from '../../web/src/detail/fieldValues.js';
import { endsOf, grouped, isMade, linkWords, madeKinds } from '../../web/src/detail/linkText.js';
import { withoutTag, withTags } from '../../web/src/detail/tagList.js';
import { withFiles } from '../../web/src/detail/timelineEntries.js';
import { explainFile, fileProblem, pastedName, sizeText } from '../../web/src/files/fileText.js';
import { BatonError, limits, type Attachment } from '../../web/src/sdk.js';
import { aTicket } from './boardFixtures.js';

describe('tags', () => {
  it('stand in order, each once whatever its case, as the server will have them', () => {
    expect(withTags(['billing', 'VIP'], ['vip', ' Alps '])).toEqual(['Alps', 'billing', 'VIP']);
    expect(withoutTag(['billing', 'VIP'], 'vip')).toEqual(['billing']);
  });
});

describe('a link', () => {
  it('is said from either end, and made from the end that blocks', () => {
    expect(linkWords({ type: 'BLOCKS', isFrom: false })).toBe('Is blocked by');
    expect(endsOf({ type: 'BLOCKS', isFrom: false }, 'this', 'other')).toEqual({
      type: 'BLOCKS',
      ticketId: 'other',
      otherId: 'this',
    });
    expect(new Set(madeKinds.map(linkWords)).size).toBe(madeKinds.length);
  });

  it('stands with others of its kind, and is taken back only if people made it', () => {
    const links = [
      { type: 'RELATES', isFrom: true },
      { type: 'SPLIT_FROM', isFrom: false },
      { type: 'BLOCKS', isFrom: true },
      { type: 'RELATES', isFrom: false },
    ] as const;

    expect(grouped(links).map(([words, of]) => [words, of.length])).toEqual([
      ['Blocks', 1],
      ['Relates to', 2],
      ['Split into', 1],
    ]);
    expect(links.filter(isMade)).toHaveLength(3);
  });
});

describe('custom fields', () => {
  const ticket = { ...aTicket('1'), customFields: { seats: 2, region: 'North' } };

  it('are typed as their kind says, and nothing takes one away', () => {
    expect([valueOf('NUMBER', '2.5'), valueOf('BOOLEAN', 'false'), valueOf('TEXT', '0')]).toEqual([2.5, false, '0']);
    expect(valueOf('NUMBER', '')).toBeNull();
    expect([fieldText(null), fieldText(false), fieldText(0)]).toEqual(['', 'false', '0']);
  });

  it('change alone, are shown beside those that stay, and go back to what they were', () => {
    const patch = { title: ticket.title, customFields: { seats: 2, region: 'South', onSite: true } };
    const changed = changedBy(patch, ticket);

    expect(changed).toEqual({ customFields: { region: 'South', onSite: true } });
    expect(shownBy(changed, ticket)).toEqual({ customFields: { seats: 2, region: 'South', onSite: true } });
    expect(patchBack(changed, ticket)).toEqual({ customFields: { region: 'North', onSite: null } });
    expect(editText({ key: 'SUP-1' }, changed)).toBe('SUP-1: custom fields changed');
    expect(valueText('customFields', { region: 'South', seats: null })).toBe('region: South, seats: none');
  });
});

describe('a file', () => {
  it('has a size that people read, and is refused before it is sent where that is known', () => {
    expect([1, 999, 1_000, 25 * 1024 * 1024].map(sizeText)).toEqual(['1 byte', '999 bytes', '1.0 kB', '26 MB']);
    expect(fileProblem({ name: 'a', size: 0 })).toBe('a is empty.');
    expect(fileProblem({ name: 'a', size: limits.attachmentBytes })).toBeNull();
    expect(fileProblem({ name: 'a', size: limits.attachmentBytes + 1 })).toContain('25 MiB at most');
  });

  it('is told of in plain words when the server did not take it', () => {
    const why = (code: 'CAPACITY_EXCEEDED' | 'BAD_INPUT' | 'UNAVAILABLE', details = {}) =>
      explainFile(new BatonError(code, 'as the server says', details), 'a.txt');

    expect(why('CAPACITY_EXCEEDED')).toContain('have used up their room');
    expect(why('BAD_INPUT', { found: 'EICAR' })).toContain('virus scanner');
    expect(why('UNAVAILABLE')).toContain('could not be sent');
    expect(why('BAD_INPUT')).toBe('a.txt: as the server says');
  });

  it('is named by its moment when it was pasted without a name', () => {
    const at = new Date('2026-11-26T10:20:30Z');

    expect(pastedName({ name: 'image.png' }, at)).toBe('Pasted 2026-11-26 10.20.30.png');
    expect(pastedName({ name: 'report.pdf' }, at)).toBe('report.pdf');
  });

  it('stands in the timeline where it came, and waits for what is older than what is shown', () => {
    const entry = (at: string) => ({ kind: 'changes', id: at, at, lines: [] }) as const;
    const file = (id: string, createdAt: string) => ({ id, createdAt }) as Attachment;
    const entries = [entry('2026-01-02'), entry('2026-01-04')];
    const files = [file('early', '2026-01-01'), file('between', '2026-01-03')];

    expect(withFiles(entries, files, false).map(({ id }) => id)).toEqual(['2026-01-02', 'between', '2026-01-04']);
    expect(withFiles(entries, files, true).map(({ id }) => id)[0]).toBe('early');
  });
});
