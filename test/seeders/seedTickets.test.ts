import { afterAll, expect, it } from 'vitest';
import { bulkTicket } from '../../seeders/bulk/bulkTicket.js';
import { seedTickets } from '../../seeders/bulk/seedTickets.js';
import { seedPeople } from '../../seeders/demo/seedPeople.js';
import { loadWorld } from '../../seeders/support/world.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { digestOf } from '../../server/db/digest.js';
import { createMigrator, seedersSource } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../server/features/tickets/commands/updateTicket.js';
import { clockAt } from '../../server/kernel/clock.js';
import { findViolations } from '../support/invariants.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

describeEachDialect('generated tickets', (dialect) => {
  const worlds: World[] = [];
  afterAll(() => Promise.all(worlds.map((each) => each.close())));
  const world = async () => {
    const made = await aWorld(dialect);
    worlds.push(made);
    await createMigrator(made.db, undefined, seedersSource).up();
    await seedPeople(made.deps);
    return made;
  };
  const make = ({ deps }: World, tickets: number, seed = 1) =>
    seedTickets(deps, { tickets, seed, progress: () => undefined });
  const titles = ({ db }: World) =>
    db.all(
      adHoc('SELECT id, key, title, status, priority, created_at, updated_at, version FROM tickets ORDER BY id'),
      [],
    );

  it('break no rule', { timeout: 120_000 }, async () => {
    const made = await world();

    expect(await make(made, 1_345)).toEqual({ made: 1_345, existing: 0 });

    expect(await findViolations(made.db)).toEqual([]);
  });

  it('stand beside tickets that people made', async () => {
    const made = await world();
    const { projects } = await loadWorld(made.db.all);
    const input = CreateTicketInput.parse({ projectId: projects[0]?.id, title: 'By hand' });
    await createTicket(made.deps, projects[0]!.staff[0]!, input);

    await make(made, 50);
    const after = await createTicket(made.deps, projects[0]!.staff[0]!, input);

    expect(after.number).toBe(27);
    expect(await findViolations(made.db)).toEqual([]);
  });

  it('are the same from the same seed, in one run or in several', { timeout: 120_000 }, async () => {
    const [whole, pieces, other] = await Promise.all([world(), world(), world()]);

    await make(whole, 1_200, 9);
    await make(pieces, 567, 9);
    expect(await make(pieces, 1_200, 9)).toEqual({ made: 633, existing: 567 });
    await make(other, 1_200, 10);

    const expected = await titles(whole);
    expect(await titles(pieces)).toEqual(expected);
    expect(await titles(other)).not.toEqual(expected);
  });

  it('are not made twice', async () => {
    const made = await world();
    await make(made, 200);
    const before = await digestOf(made.db.sequelize);

    expect(await make(made, 200)).toEqual({ made: 0, existing: 200 });

    expect(await digestOf(made.db.sequelize)).toEqual(before);
  });

  it('leave the rows that the commands would have left', async () => {
    const [bulk, commanded] = await Promise.all([world(), world()]);
    await make(bulk, 60, 3);

    const { projects, ...rest } = await loadWorld(commanded.db.all);
    const [project] = projects;
    for (const place of [0, 2, 4, 6, 8]
      .flatMap((first) => [0, 1, 2, 3, 4, 5].map((ten) => ten * 10 + first))
      .toSorted((a, b) => a - b)) {
      const { row, creator, finished } = bulkTicket({ projects, ...rest }, project!, 3, place);
      const given = Object.fromEntries(
        // Its own conversation is not one that it was opened from.
        Object.entries({ ...row, conversationId: null }).filter(
          ([field, value]) => field in CreateTicketInput.shape && value !== null,
        ),
      );
      const at = { ...commanded.deps, clock: clockAt(row.createdAt) };
      const ticket = await createTicket(at, creator, CreateTicketInput.parse(given));
      if (!finished) continue;
      const { row: last } = finished;
      const later = { ...commanded.deps, clock: clockAt(last.updatedAt) };
      await updateTicket(later, finished.by, { ticketId: ticket.id, patch: { status: last.status } });
    }

    expect(await rowsOfProject(bulk)).toEqual(await rowsOfProject(commanded));
  });
});

/** Every row that belongs to the tickets of SUP, ids replaced by the order in which they are first met. */
async function rowsOfProject({ db }: World): Promise<string[]> {
  const tables = {
    tickets: 'number',
    conversations: 'created_at',
    assignments: 'created_at, ticket_id',
    events: 'seq',
    ticket_history: "seq, coalesce(field, '')",
    assignment_history: 'seq, action',
    ticket_search: 'ticket_id',
  };
  const lines: string[] = [];
  const known = new Map<string, string>();
  for (const [table, order] of Object.entries(tables)) {
    const scope = "SELECT id FROM projects WHERE key = 'SUP'";
    const where =
      table === 'assignments'
        ? `ticket_id IN (SELECT id FROM tickets WHERE project_id IN (${scope}))`
        : `project_id IN (${scope})${table === 'events' ? " AND type LIKE 'ticket.%'" : ''}`;
    const rows = await db.all(adHoc(`SELECT * FROM ${table} WHERE ${where} ORDER BY ${order}`), []);
    for (const row of rows) {
      const { doc: _, ...shown } = row as Record<string, unknown>;
      const text = JSON.stringify(shown, (key, value: unknown) =>
        key === 'payload' && typeof value === 'string' ? JSON.parse(value) : value,
      );
      const renamed = text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
        if (!known.has(id)) known.set(id, `#${known.size}`);
        return known.get(id) ?? id;
      });
      lines.push(`${table} ${renamed}`);
    }
  }
  return lines;
}
