import { afterAll, beforeAll, expect, it } from 'vitest';
import { SearchTicketsInput } from '../../../contract/ticketInputs.js';
import { CreateTicketInput, ListTicketsInput } from '../../../contract/ticketInputs.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { clockAt } from '../../../server/kernel/clock.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';

/** Made one minute after the other, so later ones come first among equals. */
const corpus = [
  ['Café menu prints twice', 'The printer says “no”. Twice.'],
  ['CAFE closed', 'nothing about printers'],
  ['Login fails', 'for jane.doe+test@example.com since Monday'],
  ['E-mail bounces', 'state-of-the-art mail server, error_code_42'],
  ['日本語のタイトル', '本文は日本語です。検索できますか'],
  ['Straße gesperrt', 'ÜBERSICHT der Straßen; №5'],
  ['Order 4711 lost', 'order 47110, 4,711 and 4711-B'],
  ['the quick brown fox', 'jumps over the lazy dog'],
  ['quick fox', 'the brown one'],
  ['Title ends with alpha', 'beta begins the body'],
  ['Ελληνικά ΚΕΊΜΕΝΑ', 'привет мир, שלום, مرحبا'],
  ['error', 'error error error'],
  ["it's O'Reilly; DROP TABLE tickets;--", 'a:b & c | d ! (e) <-> f * g \\ h " i'],
  ['ﬁnance oﬃce', '１２３ fullwidth ｆｕｌｌ'],
] as const;

/** Found tickets by the place of their titles in the corpus, in the order of the answer. */
const expected: Record<string, readonly number[]> = {
  cafe: [1, 0],
  CAFÉ: [1, 0],
  'cafe\u0301': [1, 0],
  print: [],
  'print*': [0, 1],
  'printer*': [1, 0],
  twice: [0],
  'cafe twice': [0],
  'jane.doe': [2],
  'jane.doe+test@example.com': [2],
  '"example com"': [2],
  'e-mail': [3],
  email: [],
  mail: [3],
  'state-of-the-art': [3],
  state_of_the_art: [3],
  error_code_42: [3],
  error: [11, 3],
  '42': [3],
  日本語のタイトル: [4],
  '日本語*': [4],
  日本: [],
  strasse: [],
  straße: [5],
  übersicht: [5],
  no5: [5],
  '4711': [6],
  '471*': [6],
  '4,711': [6],
  '"quick brown"': [7],
  '"brown fox"': [7],
  'brown quick': [8, 7].toSorted((a, b) => (a === 7 ? -1 : b === 7 ? 1 : 0)),
  '"quick bro"*': [7],
  'the fox': [7, 8],
  '"alpha beta"': [],
  'alpha beta': [9],
  ελληνικα: [10],
  κειμενα: [10],
  'мир привет': [10],
  שלום: [10],
  مرحبا: [10],
  "o'reilly": [12],
  "it's": [12],
  'drop table': [12],
  'a:b & c | d ! (e) <-> f * g \\ h " i': [12],
  finance: [13],
  'office 123': [13],
  full: [13],
  '"error error"': [11],
  '': [],
  '***': [],
  '"': [],
  '" "': [],
  '! & |': [],
  'NEAR(a b)': [],
  'title:cafe': [],
};

describeEachDialect('search', (dialect) => {
  let world: TicketWorld;
  const idOf: string[] = [];
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    for (const [n, [title, description]] of corpus.entries()) {
      const deps = { ...world.deps, clock: clockAt(new Date(Date.UTC(2026, 10, 1, 0, n))) };
      const reporterId = n === 0 ? world.customer.userId : world.ann.userId;
      const input = parsed(CreateTicketInput, { projectId: world.project.id, title, description, reporterId });
      idOf.push((await createTicket(deps, world.ann, input)).id);
    }
  });
  afterAll(() => world.close());
  const found = async (actor: Actor, text: string, more: object = {}) => {
    const input = { ...parsed(SearchTicketsInput, { text: 'x', ...more }), text };
    return (await searchTickets(world.db, actor, input)).items.map(({ id }) => idOf.indexOf(id));
  };

  it.each(Object.entries(expected))('for %j finds the same in the same order', async (text, places) => {
    expect(await found(world.ann, text)).toEqual(places);
  });

  it('is the same in a list with a text, in the order of the list', async () => {
    const input = parsed(ListTicketsInput, { text: 'the fox', sort: { by: 'createdAt', dir: 'asc' } });
    const page = await listTickets(world.db, world.ann, input);

    expect(page.items.map(({ id }) => idOf.indexOf(id))).toEqual([7, 8]);
    const other = { ...input, text: '***' };
    expect(await listTickets(world.db, world.ann, other)).toEqual({ items: [], nextCursor: null });
  });

  it('goes on where the last page ended, hits in the title first', async () => {
    const input = parsed(SearchTicketsInput, { text: 'the', limit: 1 });
    const whole = await found(world.ann, 'the');
    const paged: number[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await searchTickets(world.db, world.ann, { ...input, cursor });
      paged.push(...page.items.map(({ id }) => idOf.indexOf(id)));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }

    expect(whole[0]).toBe(7);
    expect(paged).toEqual(whole);
  });

  it('finds nothing for strangers, for customers only what they reported', async () => {
    expect(await found(world.customer, 'cafe')).toEqual([0]);
    expect(await found(world.otherCustomer, 'cafe')).toEqual([]);
    expect(await found(world.admin, 'cafe')).toEqual([1, 0]);
    expect(await found(world.admin, 'cafe', { projectId: world.foreign.id })).toEqual([]);
  });

  it('is narrowed by filters', async () => {
    expect(await found(world.ann, 'cafe', { reporterId: world.customer.userId, status: ['OPEN'] })).toEqual([0]);
    expect(await found(world.ann, 'cafe', { status: ['CLOSED'] })).toEqual([]);
  });

  it('follows a ticket’s words as they change, and forgets a deleted one', async () => {
    const input = parsed(CreateTicketInput, { projectId: world.project.id, title: 'Ephemeral', description: 'old' });
    const ticket = await createTicket(world.deps, world.ann, input);
    idOf.push(ticket.id);
    const place = idOf.length - 1;

    expect(await found(world.ann, 'ephemeral old')).toEqual([place]);
    await patchTicket(world, world.ann, ticket.id, { description: 'young' });
    expect(await found(world.ann, 'ephemeral old')).toEqual([]);
    expect(await found(world.ann, 'ephemeral young')).toEqual([place]);
    await deleteTicket(world.deps, world.ann, { ticketId: ticket.id });
    expect(await found(world.ann, 'ephemeral')).toEqual([]);
  });
});
