import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ticket } from '../../../contract/ticket.js';
import { parseSearchQuery } from '../../../contract/searchQuery.js';
import { latestFirst } from '../../../contract/ticketOrder.js';
import { indexTickets, parseSearch } from '../../../server/db/searchIndex.js';
import { matchesTerms, searchedWords } from '../../../server/db/searchMatch.js';
import { areFew } from '../../../server/db/searchSql.js';
import { adHoc } from '../../../server/db/statement.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { aSeededWorld } from '../../support/seededWorld.js';
import { describeEachDialect } from '../../support/services.js';
import type { World } from '../../support/world.js';

// So many that words of theirs are met on a walk through the latest tickets, and not looked up.
const TICKETS = 3_000;
const LIMIT = 200;

/** How many tickets carry each tag: looked up, just so and just not any more, and met on a walk. */
const TAGS = { seldom: 100, edge: 1_000, over: 1_001, often: 1_500 } as const;

type Read = (input: { readonly limit: number; readonly cursor?: string | undefined }) => Promise<{
  readonly items: readonly Ticket[];
  readonly nextCursor: string | null;
}>;

async function whole(read: Read): Promise<Ticket[]> {
  const found: Ticket[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await read({ limit: LIMIT, cursor });
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

describeEachDialect('words that many tickets hold', (dialect) => {
  let world: World;
  let projectId: string;
  let customer: Actor;
  beforeAll(async () => {
    world = await aSeededWorld(dialect, TICKETS, 4);
    const [largest] = await world.db.all<{ id: string }>(
      adHoc('SELECT project_id AS id FROM project_counters ORDER BY ticket_no DESC LIMIT 1'),
      [],
    );
    projectId = largest!.id;
    const [reporter] = await world.db.all<{ id: string; name: string }>(
      adHoc(`SELECT u.id, u.name FROM users u JOIN tickets t ON t.reporter_id = u.id WHERE u.role = 'CUSTOMER'
        GROUP BY u.id, u.name ORDER BY count(*) DESC, u.id LIMIT 1`),
      [],
    );
    for (const [tag, count] of Object.entries(TAGS)) {
      const at = "'2026-11-22 00:00:00.000 +00:00'";
      const tags = dialect === 'postgres' ? `tags || '["${tag}"]'::jsonb` : `json_insert(tags, '$[#]', '${tag}')`;
      const some = `SELECT id, project_id FROM tickets ORDER BY number, id LIMIT ${count}`;
      for (const sql of [
        `INSERT INTO tags (id, name, name_key, created_at, updated_at) VALUES ('${tag}', '${tag}', '${tag}', ${at}, ${at})`,
        `INSERT INTO ticket_tags (ticket_id, tag_id, project_id, created_at, updated_at) SELECT id, '${tag}', project_id, ${at}, ${at} FROM (${some}) x`,
        `UPDATE tickets SET tags = ${tags} WHERE id IN (SELECT x.id FROM (${some}) x)`,
      ])
        await world.db.all(adHoc(sql), []);
    }
    // A common word that only the titles of the oldest hold: they are met on no walk.
    const oldest = await world.db.all<{ id: string; projectId: string; description: string }>(
      adHoc('SELECT id, project_id AS "projectId", description FROM tickets ORDER BY updated_at, id LIMIT 3'),
      [],
    );
    const renamed = oldest.map((ticket) => ({ ...ticket, title: 'First and last' }));
    const unit = await world.db.begin();
    for (const { id, title } of renamed) unit.send(adHoc('UPDATE tickets SET title = $2 WHERE id = $1'), [id, title]);
    indexTickets(unit, world.db.dialect, renamed);
    await unit.commit();
    customer = { userId: reporter!.id, name: reporter!.name, role: 'CUSTOMER', sessionId: null, mayWrite: true };
  }, 120_000);
  afterAll(() => world.close());

  const read = new Map<string, Promise<Ticket[]>>();
  function everything(actor: Actor, filter: object): Promise<Ticket[]> {
    const key = JSON.stringify([actor.userId, filter]);
    const known =
      read.get(key) ?? whole((page) => listTickets(world.db, actor, { ...filter, ...page, sort: latestFirst }));
    read.set(key, known);
    return known;
  }

  /** What holds the words, the slow way: all tickets are read, and each is looked into. */
  async function expected(actor: Actor, text: string, filter: object): Promise<string[]> {
    const { words, qualifiers } = parseSearchQuery(text);
    const terms = parseSearch(words);
    const isWanted = (ticket: Ticket) =>
      qualifiers.every(({ name, values }) =>
        name === 'tag'
          ? values.some((value) => ticket.tags.includes(value))
          : values.some((value) => ticket.category === value.toUpperCase()),
      );
    const hits = (await everything(actor, filter)).filter(
      (ticket) => isWanted(ticket) && matchesTerms(terms, searchedWords(ticket.title, ticket.description)),
    );
    const inTitle = ({ title }: Ticket) => words !== '' && matchesTerms(terms, searchedWords(title, ''));
    return [...hits.filter(inTitle), ...hits.filter((hit) => !inTitle(hit))].map(({ key }) => key);
  }
  const found = async (actor: Actor, text: string, filter: object) =>
    (await whole((page) => searchTickets(world.db, actor, { ...filter, ...page, text }))).map(({ key }) => key);

  it('are common indeed, some of them in titles too', async () => {
    const few = (text: string, part: 'any' | 'title') =>
      areFew(world.db.all, world.db.dialect, { terms: parseSearch(text), projectIds: [projectId] }, part);

    expect(await few('the', 'any')).toBe(false);
    expect(await few('the page', 'title')).toBe(true);
    expect(await few('quetzal', 'any')).toBe(true);
  });

  it.each([
    'the',
    'the page',
    'th*',
    'and',
    'export',
    '"the new password"',
    'pass*',
    'the tag:seldom',
    'the tag:edge',
    'the tag:over',
    'page tag:often,seldom',
    'the category:billing',
    'tag:edge',
  ])('for %s the same are found as by looking into each', { timeout: 60_000 }, async (text) => {
    for (const [actor, filter] of [
      [world.admin, { projectId }],
      [world.admin, {}],
      [customer, {}],
      [world.admin, { projectId, status: ['OPEN', 'CLOSED'] }],
    ] as const) {
      // Customers do not see tags.
      const wanted = actor === customer && text.includes('tag:') ? [] : await expected(actor, text, filter);

      if (actor !== customer) expect(wanted.length).toBeGreaterThan(0);
      expect(await found(actor, text, filter)).toEqual(wanted);
    }
  });

  it('are found page by page, in steps of a walk and beyond them', { timeout: 60_000 }, async () => {
    for (const text of ['and', 'export', '"the new password"']) {
      const pages = await whole(({ cursor }) => searchTickets(world.db, world.admin, { text, limit: 37, cursor }));

      expect(pages.map(({ key }) => key)).toEqual(await expected(world.admin, text, {}));
    }
  });

  it('are the same in a list, in each of its orders', { timeout: 60_000 }, async () => {
    const held = new Set(await expected(world.admin, 'the', {}));
    for (const by of ['updatedAt', 'dueDate'] as const)
      for (const dir of ['asc', 'desc'] as const) {
        const sort = { by, dir };
        const listed = await whole((page) => listTickets(world.db, world.admin, { ...page, sort }));
        const hits = await whole((page) => listTickets(world.db, world.admin, { ...page, sort, text: 'the' }));

        expect(hits.map(({ key }) => key)).toEqual(listed.map(({ key }) => key).filter((key) => held.has(key)));
      }
  });
});
