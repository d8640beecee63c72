import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSearch } from '../../../server/db/searchIndex.js';
import { matchesTerms, searchedWords } from '../../../server/db/searchMatch.js';
import { holdsSql, spelledSql, type Bind, type Search } from '../../../server/db/searchSql.js';
import { adHoc } from '../../../server/db/statement.js';
import { Parameters } from '../../../server/features/tickets/ticketScope.js';
import { findViolations } from '../../support/invariants.js';
import { aTicket, aTicketWorld, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';

const words = ['a', 'ab', 'abc', 'ÄB', 'ﬁle', 'file', 'straße', '日本', '42', 'A-b', 'x_y', '"', '%'];
const aText = (maxLength: number) => fc.array(fc.constantFrom(...words), { maxLength }).map((all) => all.join(' '));
const aTerm = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...words).map((word) => `${word}*`),
  fc
    .tuple(fc.constantFrom(...words), fc.constantFrom(...words), fc.constantFrom('', '*'))
    .map(([one, next, star]) => `"${one} ${next}"${star}`),
);
const aSearch = fc.array(aTerm, { minLength: 1, maxLength: 2 }).map((terms) => terms.join(' '));

describe('words that stand beside the index of SQLite', () => {
  let world: TicketWorld;
  const texts = new Map<string, readonly [title: string, description: string]>();
  beforeAll(async () => {
    world = await aTicketWorld('sqlite');
    const drafts = fc.sample(fc.tuple(aText(3), aText(5)), { numRuns: 150, seed: 5 });
    for (const [end, description] of drafts) {
      const title = `a ${end}`;
      const { id } = await aTicket(world, { title, description }, world.admin);
      texts.set(id, [title, description]);
    }
  }, 60_000);
  afterAll(() => world.close());

  const byIndex = (search: Search, column: string, bind: Bind) =>
    holdsSql(world.db.dialect, search, 'any', column, bind);
  async function found(text: string, holds: typeof spelledSql): Promise<string[]> {
    const parameters = new Parameters();
    const search = { terms: parseSearch(text), projectIds: [world.project.id] };
    const condition = holds(search, 't.id', parameters.bind.bind(parameters));
    const sql = `SELECT t.id FROM tickets t WHERE ${condition} ORDER BY t.id`;
    return (await world.db.all<{ id: string }>(adHoc(sql), parameters.values)).map(({ id }) => id);
  }
  const wanted = (text: string): string[] =>
    [...texts]
      .filter(([, [title, description]]) => matchesTerms(parseSearch(text), searchedWords(title, description)))
      .map(([id]) => id)
      .toSorted();

  it('hold what the index holds, and what looking into each tells', async () => {
    const searches = [...new Set(fc.sample(aSearch, { numRuns: 400, seed: 6 }))].filter(
      (text) => parseSearch(text).length > 0,
    );
    let hits = 0;
    for (const text of searches) {
      const spelled = await found(text, spelledSql);

      expect(spelled, text).toEqual(wanted(text));
      expect(await found(text, byIndex), text).toEqual(spelled);
      hits += spelled.length;
    }
    expect(hits).toBeGreaterThan(5_000);
  });

  it('follow a ticket that is written anew', async () => {
    const { id } = await aTicket(world, { title: 'Before', description: 'the quick' });
    await patchTicket(world, world.ann, id, { title: 'After' });

    expect([await found('before', spelledSql), await found('after quick', spelledSql)]).toEqual([[], [id]]);
  });

  it('are looked for in the index where a version that did not write them left none', async () => {
    const { id } = await aTicket(world, { title: 'Quagga' });
    await world.db.all(adHoc('UPDATE ticket_search SET words = NULL WHERE ticket_id = $1'), [id]);

    expect([await found('quagga', spelledSql), await found('"a quagga"', spelledSql)]).toEqual([[id], []]);
    expect(await findViolations(world.db)).toEqual([expect.stringContaining(`${id}: other words are spelled out`)]);
    await world.db.all(adHoc("UPDATE ticket_search SET words = ' quagga \n  ' WHERE ticket_id = $1"), [id]);
  });

  it('are missed when they are others than the ticket has', async () => {
    const { id } = await aTicket(world, { title: 'Okapi' });
    const spell = (said: string) =>
      world.db.all(adHoc('UPDATE ticket_search SET words = $2 WHERE ticket_id = $1'), [id, said]);
    await spell(' okapia \n  ');

    expect(await findViolations(world.db)).toEqual([
      `the search index holds the words of each ticket, and no others: not ${id}: other words are spelled out than those of the ticket`,
    ]);
    await spell(' okapi \n  ');
    expect(await findViolations(world.db)).toEqual([]);
  });
});
