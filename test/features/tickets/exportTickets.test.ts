import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { z } from 'zod';
import { limits } from '../../../contract/limits.js';
import { SyncTicketsInput } from '../../../contract/csvSync.js';
import { ExportTicketsInput } from '../../../contract/ticketExport.js';
import { syncTickets } from '../../../server/features/tickets/commands/syncTickets.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { exportTickets } from '../../../server/features/tickets/ticketExport.queries.js';
import { newId } from '../../../server/kernel/ids.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { aProject, defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

type Line = Record<string, string>;

describeEachDialect('an export of tickets', (dialect) => {
  let world: TicketWorld;
  let projectId: string;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const { lead, ann, bob, customer, otherCustomer } = world;
    ({ id: projectId } = await aProject(world, { lead, members: [ann, bob], customers: [customer, otherCustomer] }));
  });
  const exported = (actor: Actor, input: Partial<z.input<typeof ExportTicketsInput>> = {}) =>
    exportTickets(world.db, actor, parsed(ExportTicketsInput, { projectId, format: 'csv', ...input }));
  const linesOf = (text: string) => parse(text, { columns: true }) as Line[];

  it('has a line for each ticket, with the names of people beside their ids', async () => {
    const ticket = await aTicket(world, {
      projectId,
      title: 'One, "two"\r\nand three',
      storyPoints: 3,
      aiAssisted: true,
    });
    await give(world, ticket, world.ann);
    await give(world, ticket, world.bob);
    await tagTicket(world.deps, world.ann, { ticketId: ticket.id, tags: ['urgent matter', 'billing'] });

    const { text, tickets, nextCursor } = await exported(world.ann);

    expect({ tickets, nextCursor, lines: text.split('\r\n').length }).toEqual({
      tickets: 1,
      nextCursor: null,
      lines: 4,
    });
    expect(linesOf(text)).toEqual([
      expect.objectContaining({
        key: ticket.key,
        title: 'One, "two"\r\nand three',
        storyPoints: '3',
        aiAssisted: 'true',
        reporterName: 'Ann Agent',
        assigneeName: 'Ann Agent',
        assignees: 'Ann Agent; Bob Agent',
        dueDate: '',
        createdAt: ticket.createdAt,
        customFields: '{}',
        tags: 'billing, urgent matter',
        mergedIntoId: '',
      }),
    ]);
  });

  it('marks what looks as if it were marked, so that whoever takes one mark off has the text', async () => {
    await aTicket(world, { projectId, title: "'=1+1", description: "''" });

    const [line] = linesOf((await exported(world.ann)).text);

    expect(line).toMatchObject({ title: "''=1+1", description: "''" });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('holds no formula: %j', async (title) => {
    await aTicket(world, { projectId, title, description: 'a = b' });

    const [line] = linesOf((await exported(world.ann)).text);

    expect(line).toMatchObject({ title: `'${title}`, description: 'a = b' });
  });

  it.each(['a\nb', 'a\rb', 'a"b', 'a,b'])('keeps %j in one cell for those who end lines elsewhere', async (title) => {
    await aTicket(world, { projectId, title });

    expect((await exported(world.ann)).text).toContain(`,TICKET,"${title.replace('"', '""')}",`);
  });

  it('reads back as it was written, whatever the text', async () => {
    const titles = fc.sample(
      fc
        .string({
          unit: fc.constantFrom('"', ',', '\n', '\r', ';', "'", '=', 'é', 'x', '\u2028'),
          minLength: 1,
          maxLength: 12,
        })
        .map((end) => `x${end}`),
      { numRuns: 40, seed: 3 },
    );
    for (const title of titles) await aTicket(world, { projectId, title });

    const { text, tickets } = await exported(world.ann);
    const { text: json } = await exported(world.ann, { format: 'json' });

    const expected = new Set(titles);
    expect([tickets, linesOf(text).length]).toEqual([titles.length, titles.length]);
    expect(new Set(linesOf(text).map(({ title }) => title))).toEqual(expected);
    expect(new Set((JSON.parse(json) as { title: string }[]).map(({ title }) => title))).toEqual(expected);
  });

  it('as JSON keeps every value as it is, formulas too', async () => {
    await defineFields(world, { id: projectId }, { a: 'NUMBER' });
    const ticket = await aTicket(world, { projectId, title: '=1+1', customFields: { a: 1 } });

    const [line] = JSON.parse((await exported(world.ann, { format: 'json' })).text) as object[];

    expect(line).toMatchObject({ key: ticket.key, title: '=1+1', storyPoints: null, customFields: { a: 1 } });
  });

  it('of nothing is the names of the columns, or an empty list', async () => {
    expect((await exported(world.ann)).text).toMatch(/^key,type,title,[\w,]+\r\n$/);
    expect((await exported(world.ann, { format: 'json' })).text).toBe('[]');
  });

  it('goes on by its cursor, and its pages one behind the other are one file', { timeout: 60_000 }, async () => {
    await aTicket(world, { projectId, title: 'Copied' });
    await copies(limits.exportRowsMax + 204);

    const first = await exported(world.ann);
    const second = await exported(world.ann, { cursor: first.nextCursor! });

    expect([first.tickets, second.tickets, second.nextCursor]).toEqual([limits.exportRowsMax, 205, null]);
    const lines = linesOf(first.text + second.text);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(limits.exportRowsMax + 205);
  });

  it('ends earlier when its texts are long', { timeout: 60_000 }, async () => {
    await aTicket(world, { projectId, title: 'Copied', description: 'x'.repeat(limits.textLength) });
    await copies(450);

    const { tickets, nextCursor } = await exported(world.ann, { format: 'json' });

    expect(tickets).toBe(200);
    expect(nextCursor).not.toBeNull();
  });

  it('shows customers their own reports, without what stays among staff', async () => {
    const sql = 'UPDATE tickets SET reporter_id = $1 WHERE id = $2';
    await defineFields(world, { id: projectId }, { secret: 'TEXT' });
    const own = await aTicket(world, { projectId, title: 'Mine', storyPoints: 8, customFields: { secret: 'x' } });
    await tagTicket(world.deps, world.ann, { ticketId: own.id, tags: ['secret'] });
    await aTicket(world, { projectId, title: 'Theirs' }, world.otherCustomer);
    await rows(world, sql, world.customer.userId, own.id);

    const lines = linesOf((await exported(world.customer)).text);

    expect(lines).toMatchObject([
      { title: 'Mine', storyPoints: '', customFields: '{}', tags: '', requiredSkillName: '' },
    ]);
    await refusal(world, 'NOT_FOUND', () => exported(world.ann, { projectId: world.foreign.id }));
    await refusal(world, 'BAD_INPUT', () => exported(world.ann, { cursor: 'x' }));
  });

  it('is narrowed and ordered like a list', async () => {
    for (const priority of ['LOW', 'URGENT', 'HIGH'] as const) await aTicket(world, { projectId, priority });

    const { text } = await exported(world.ann, { priority: ['LOW', 'HIGH'], sort: { by: 'priority', dir: 'desc' } });

    expect(linesOf(text).map(({ priority }) => priority)).toEqual(['HIGH', 'LOW']);
  });

  /** More tickets like the one there is, as far as reading goes. */
  async function copies(count: number): Promise<void> {
    const [ticket] = await rows<Record<string, unknown>>(
      world,
      'SELECT * FROM tickets WHERE project_id = $1',
      projectId,
    );
    const computed = new Set(['priority_rank', 'due_sort']);
    const names = Object.keys(ticket!).filter((name) => !computed.has(name));
    const id = ticket!['id'] as string;
    const from = names.map((name) =>
      name === 'id'
        ? `substr(t.id, 1, 24) || substr('000000000000' || n.i, -12)`
        : name === 'number'
          ? 'n.i'
          : name === 'key'
            ? "'K' || substr(t.id, 25) || '-' || n.i"
            : `t.${name}`,
    );
    const text =
      dialect === 'postgres'
        ? from.map((each) => each.replace("substr('000000000000' || n.i, -12)", "lpad(n.i::text, 12, '0')"))
        : from;
    await rows(
      world,
      `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= ${count})
       INSERT INTO tickets (${names.join(', ')}) SELECT ${text.join(', ')} FROM n, tickets t WHERE t.id = $1`,
      id,
    );
  }

  it('as a table gives the tickets back, under the ids of a source or their own', async () => {
    const { lead, ann } = world;
    const source = newId();
    const csv = 'id,description,story_points,priority\r\nA,"=1+1, ""so""\nand on",3,LOW\r\nB, Two ,,HIGH\r\n';
    const sync = (text: string, into = source) =>
      syncTickets(world.deps, lead, parsed(SyncTicketsInput, { projectId, source: into, csv: text }));
    await sync(csv);
    const own = await aTicket(world, { projectId, title: 'By hand', description: 'Of the board' });

    const { text, tickets } = await exported(ann, { format: 'table', source, sort: { by: 'createdAt', dir: 'asc' } });

    expect(tickets).toBe(3);
    expect(text).toBe(
      [
        'id,title,description,story_points,required_skill,priority,due_date',
        'A,,"\'=1+1, ""so""\nand on",3,,LOW,',
        'B,, Two ,,,HIGH,',
        `${own.id},By hand,Of the board,,,MEDIUM,`,
        '',
      ].join('\r\n'),
    );
    expect(await sync(text)).toMatchObject({ rows: 3, unchanged: 3 });
    expect(await sync(text.replace('Of the board', 'Changed'))).toMatchObject({ updated: 1, unchanged: 2 });
    // Whoever asks for the ids of another source gets their own, which are known in every one.
    const { text: ids } = await exported(ann, { format: 'table', source: newId() });
    expect(await sync(ids, newId())).toMatchObject({ created: 0, unchanged: 3 });
    expect(await sync(ids)).toMatchObject({ created: 0, unchanged: 3 });
    const both = `${ids}A,,Twice,,,,\r\n`;
    expect(await sync(both)).toMatchObject({ unchanged: 3, refused: 1 });
  });
});
