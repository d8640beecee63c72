import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListDiscrepanciesInput, OpenDiscrepanciesInput } from '../../../contract/finding.js';
import { openDiscrepancies } from '../../../server/features/validations/commands/openDiscrepancies.js';
import { recordComparison } from '../../../server/features/validations/compare/recordComparison.js';
import type { RowFields } from '../../../server/features/validations/compare/comparison.js';
import { listDiscrepancies } from '../../../server/features/validations/discrepancies.queries.js';
import { getSession } from '../../../server/features/validations/sessions.queries.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, patchTicket, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { pagesOf } from '../../support/validations.js';

const ROWS = 200;
const PLANTED = 50;

/** A table, and one in which fifty cells are others. */
function twoSides(word: string) {
  const row = (nth: number): RowFields => ({ title: `${word} ${nth}`, points: nth, tags: ['a', `t${nth}`] });
  const source = new Map(Array.from({ length: ROWS }, (_, nth) => [`row-${nth}`, row(nth)]));
  const target = new Map([...source].map(([key, fields]) => [key, { ...fields }]));
  for (let nth = 0; nth < PLANTED; nth++) {
    const key = `row-${nth * 4}`;
    const name = ['title', 'points', 'tags'][nth % 3]!;
    target.set(key, { ...target.get(key)!, [name]: name === 'tags' ? ['a'] : name === 'points' ? -nth - 1 : 'other' });
  }
  return { source, target };
}

describeEachDialect('a comparison with fifty planted differences', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const compare = ({ source, target }: ReturnType<typeof twoSides>) =>
    recordComparison(world.deps, world.ann, {
      name: 'Helpdesk to Baton',
      sourceTechnology: 'Helpdesk',
      targetTechnology: 'Baton',
      projectId: world.project.id,
      request: { file: 'helpdesk.csv' },
      tables: [{ name: 'tickets', pairs: pagesOf(source, target), total: ROWS }],
      scenarios: [
        { name: 'how many', source: async () => source.size, target: async () => target.size },
        {
          name: 'titles',
          source: async () => [...source.values()].map(({ title }) => title!),
          target: async () => [...target.values()].map(({ title }) => title!),
        },
      ],
    });
  const open = (sessionId: string) =>
    openDiscrepancies(world.deps, world.ann, parsed(OpenDiscrepanciesInput, { sessionId }));
  const found = async (sessionId: string) =>
    (await listDiscrepancies(world.db, world.ann, parsed(ListDiscrepanciesInput, { sessionId, limit: 200 }))).items;

  it('finds each of them once, makes a ticket of each once, and follows what becomes of that', async () => {
    const sides = twoSides('Printer');
    const first = await compare(sides);
    const tickets = await open(first.sessionId);
    const session = await getSession(world.db, world.ann, { sessionId: first.sessionId });

    expect(first).toMatchObject({ compared: ROWS * 3, matched: ROWS * 3 - PLANTED, differences: PLANTED });
    expect(first.discrepancies).toEqual({ added: PLANTED, seenAgain: 0 });
    expect(first.tests).toEqual({ run: 2, passed: 1 });
    expect(session).toMatchObject({
      status: 'COMPLETED',
      progress: 100,
      fidelityScore: (ROWS * 3 - PLANTED) / (ROWS * 3),
      discrepancies: { MEDIUM: PLANTED },
      tests: 2,
      testsPassed: 1,
    });
    expect(tickets).toMatchObject({ hasMore: false });
    expect(tickets.opened).toHaveLength(PLANTED);
    const made = await rows<{ type: string }>(
      world,
      'SELECT t.type FROM tickets t JOIN discrepancies d ON d.ticket_id = t.id WHERE d.session_id = $1',
      first.sessionId,
    );
    expect(made).toEqual(Array.from({ length: PLANTED }, () => ({ type: 'DISCREPANCY' })));

    const second = await compare(sides);
    expect(second.discrepancies).toEqual({ added: 0, seenAgain: PLANTED });
    expect((await open(first.sessionId)).opened).toEqual([]);
    expect((await open(second.sessionId)).opened).toEqual([]);
    expect(await found(second.sessionId)).toHaveLength(PLANTED);

    const [one, other] = tickets.opened;
    await patchTicket(world, world.ann, one!.ticketId, { status: 'RESOLVED' });
    const byId = new Map((await found(first.sessionId)).map((each) => [each.id, each]));
    expect(byId.get(one!.discrepancyId)).toMatchObject({ status: 'RESOLVED', seen: 2, decidedBy: null });
    expect(byId.get(other!.discrepancyId)).toMatchObject({ status: 'TICKETED', ticketId: other!.ticketId });
  });
});
