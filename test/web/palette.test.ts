import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { groupsFor, type Sources } from '../../web/src/palette/entries.js';
import { fit, ranked } from '../../web/src/palette/ranking.js';
import { aTicket, project } from './boardFixtures.js';

const best = (typed: string, ...names: string[]) => ranked(typed, names, (name) => name, 10);

describe('what was typed', () => {
  it('means the whole of a name before its beginning, its words, its inside and its letters', () => {
    const names = ['xlistx', 'a list', 'Lists', 'loud insects', 'list', 'nothing'];

    expect(best('list', ...names)).toEqual(['list', 'Lists', 'a list', 'xlistx', 'loud insects']);
  });

  it('must fit with each of its words, in any order, case and accents', () => {
    expect(best('zoe SHOW', 'Show tickets of Zoë', 'Show tickets', 'Zoë')).toEqual(['Show tickets of Zoë']);
  });

  it('means the shorter of two names that fit alike', () => {
    expect(best('move', 'Move to Review', 'Move')).toEqual(['Move', 'Move to Review']);
    expect(best('mo', 'Move to Review', 'Move')).toEqual(['Move', 'Move to Review']);
  });

  it('means the beginning of a word before its inside also with signs in it', () => {
    expect(best('e-mail', 'awe-mail', 'broken e-mail')).toEqual(['broken e-mail', 'awe-mail']);
    expect(best('sup-12', 'after (sup-12)')).toEqual(['after (sup-12)']);
    expect(best('(a', 'b(a', 'c (a')).toEqual(['c (a', 'b(a']);
  });

  it('is taken as it stands, whatever signs are in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (typed, name) => {
        expect(fit(typed, name)).toBeGreaterThanOrEqual(0);
        expect(fit(name, name)).toBeGreaterThan(0);
        expect(fit(typed, `${name} ${typed}`)).toBeGreaterThan(0);
      }),
    );
  });

  it('fits all names while it is nothing, in their own order', () => {
    expect(best(' ', 'b', 'a')).toEqual(['b', 'a']);
  });
});

describe('the palette', () => {
  const aSource = (rest: Partial<Sources> = {}): Sources => ({
    commands: [
      { name: 'New ticket', icon: 'plus', run: vi.fn() },
      { name: 'Sign out', icon: 'exit', run: vi.fn() },
    ],
    tickets: [aTicket('12', { title: 'Printer on fire' }), aTicket('7', { title: 'New desk' })],
    found: [],
    projects: [project],
    people: [{ userId: 'zoe', name: 'Zoë New' }],
    toTicket: vi.fn(),
    toProject: vi.fn(),
    toPerson: vi.fn(),
    ...rest,
  });
  const names = (text: string, sources = aSource()) =>
    groupsFor(text, sources).map((group) => [group.name, ...group.entries.map((entry) => entry.name)]);

  it('offers commands and projects before anything is typed', () => {
    expect(names('')).toEqual([
      ['Commands', 'New ticket', 'Sign out'],
      ['Projects', 'Support'],
    ]);
  });

  it('finds in every group, and says nothing of groups without a match', () => {
    expect(names('new')).toEqual([
      ['Commands', 'New ticket'],
      ['Tickets', 'New desk'],
      ['People', 'Zoë New'],
    ]);
  });

  it('puts the ticket first for whoever types its key', () => {
    const [first] = names('sup-12');

    expect(first?.slice(0, 2)).toEqual(['Tickets', 'Printer on fire']);
  });

  it('adds what the server found to what is here, once', () => {
    const found = [aTicket('12', { title: 'Printer on fire' }), aTicket('99', { title: 'Smoke' })];

    expect(names('printer', aSource({ found }))).toEqual([['Tickets', 'Printer on fire', 'Smoke']]);
  });

  it('does what is chosen', () => {
    const sources = aSource();

    groupsFor('fire', sources)[0]?.entries[0]?.run();

    expect(sources.toTicket).toHaveBeenCalledWith(expect.objectContaining({ id: '12' }));
  });
});
