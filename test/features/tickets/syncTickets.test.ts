import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { SyncTicketsInput } from '../../../contract/csvSync.js';
import { limits } from '../../../contract/limits.js';
import { digestOf } from '../../../server/db/digest.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { syncTickets } from '../../../server/features/tickets/commands/syncTickets.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { titleOf } from '../../../server/features/tickets/ticketTable.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicketWorld, parsed, patchTicket, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

const HEADER = 'id,description,story_points,required_skill,priority,due_date';

describeEachDialect('tickets of a CSV text', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const sync = (
    csv: string,
    rest: Partial<z.input<typeof SyncTicketsInput>> = {},
    actor = world.ann,
    deps = world.deps,
  ) => syncTickets(deps, actor, parsed(SyncTicketsInput, { projectId: world.project.id, csv, ...rest }));
  const ticketsOf = (source: string) =>
    rows<Record<string, unknown>>(
      world,
      `SELECT t.id, t.external_id, t.title, t.description, t.story_points, t.priority, t.due_date, t.version, t.created_by,
         s.name AS skill FROM tickets t LEFT JOIN skills s ON s.id = t.required_skill_id
       WHERE t.external_source = $1 ORDER BY t.number`,
      source,
    );

  it('are made with history, event and search words, and the same text twice adds nothing', async () => {
    const source = newId();
    const csv = [HEADER, `T-1,The zebra${source} is loose,5,,high,2026-12-01`, 'T-2,"Second, with\nlines",,,,'].join(
      '\n',
    );

    expect(await sync(csv, { source })).toEqual({
      dryRun: false,
      rows: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      refused: 0,
      refusals: [],
      skillsCreated: [],
      ignored: [],
    });
    const [first, second] = await ticketsOf(source);
    expect(first).toMatchObject({ external_id: 'T-1', story_points: 5, priority: 'HIGH', due_date: '2026-12-01' });
    expect(first).toMatchObject({ title: `The zebra${source} is loose`, version: 1, created_by: world.ann.userId });
    expect(second).toMatchObject({ title: 'Second, with', description: 'Second, with\nlines', story_points: null });
    const found = await searchTickets(world.db, world.ann, { text: `zebra${source}`, limit: 5 });
    expect(found.items.map(({ id }) => id)).toEqual([first!['id']]);
    const told = await rows<{ type: string }>(
      world,
      'SELECT type FROM events WHERE ticket_id = $1',
      String(first!['id']),
    );
    expect(told).toEqual([{ type: 'ticket.created' }]);

    const before = await digestOf(world.db.sequelize);
    expect(await sync(csv, { source })).toMatchObject({ rows: 2, created: 0, updated: 0, unchanged: 2, refused: 0 });
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('that are there are brought up to date, and a title that somebody wrote stays', async () => {
    const source = newId();
    await sync('id,description,story_points\n1,One,1\n2,Two,2\n3,Three,3', { source });
    const [, two] = await ticketsOf(source);
    await patchTicket(world, world.bob, String(two!['id']), { title: 'A better one' });

    const report = await sync('id,description,story_points\n1,One more,1\n2,Two more,\n3,Three,3\n4,Four,4', {
      source,
    });

    expect(report).toMatchObject({ rows: 4, created: 1, updated: 2, unchanged: 1, refused: 0 });
    const now = await ticketsOf(source);
    expect(now.map(({ title, story_points }) => [title, story_points])).toEqual([
      ['One more', 1],
      ['A better one', null],
      ['Three', 3],
      ['Four', 4],
    ]);
  });

  it('need a description or a title, and not both', async () => {
    const source = newId();

    expect(await sync('title,id,priority\nOnly a title,T-1,LOW\n,T-2,', { source })).toMatchObject({ created: 2 });
    expect(await sync('id,title\nT-1,Another title', { source })).toMatchObject({ updated: 1 });
    expect(await ticketsOf(source)).toMatchObject([
      { title: 'Another title', description: '', priority: 'LOW', version: 2 },
      { title: 'T-2', description: '' },
    ]);
    await expect(sync('id,priority\nT-1,HIGH', { source })).rejects.toThrow(
      'There is no column "description" or "title". The first line names: id, priority.',
    );
  });

  it('are refused row by row, with line, column and reason', async () => {
    const source = newId();
    const deleted = await sync('id,description\ngone,Gone', { source });
    expect(deleted.created).toBe(1);
    const [gone] = await ticketsOf(source);
    await deleteTicket(world.deps, world.lead, { ticketId: String(gone!['id']) });
    const csv = [
      HEADER,
      'ok,Fine,1,,LOW,2026-01-31',
      ',No id,1,,LOW,',
      'a,"quoted\r\nline",-1,,LOW,',
      'b,Priority,1,,SOON,',
      'c,Day,1,,LOW,2026-02-30',
      'd,ragged,1',
      HEADER.toUpperCase(),
      'ok,Again,1,,LOW,',
      'e,   ,1,,LOW,',
      'f,Skill,1,Nobody has this one,LOW,',
      'gone,Back,1,,LOW,',
      `${'x'.repeat(256)},Long,1,,LOW,`,
      'g,half \ud83d a sign,1,,LOW,',
      ',,,,,',
    ].join('\r\n');

    const report = await sync(csv, { source });

    expect(report).toMatchObject({ rows: 13, created: 1, updated: 0, unchanged: 0, refused: 12 });
    expect(report.refusals.map(({ line, column }) => [line, column])).toEqual([
      [3, 'id'],
      [4, 'story_points'],
      [6, 'priority'],
      [7, 'due_date'],
      [8, null],
      [9, null],
      [10, 'id'],
      [11, 'description'],
      [12, 'required_skill'],
      [13, 'id'],
      [14, 'id'],
      [15, 'description'],
    ]);
    expect(report.refusals[6]).toEqual({ line: 10, column: 'id', value: 'ok', reason: 'repeats the id of line 2' });
  });

  it('are read with a byte order mark, mixed line ends, quotes, other orders and names of columns', async () => {
    const source = newId();
    const csv = '\uFEFFDue Date,DESCRIPTION,nothing,Id\r\n2026-12-01,"He said ""no""",x,1\r,"\'=1+1",x,2\n,Plain,x,3';

    expect(await sync(csv, { source })).toMatchObject({ rows: 3, created: 3, refused: 0 });
    expect((await ticketsOf(source)).map(({ description }) => description)).toEqual(['He said "no"', '=1+1', 'Plain']);
    expect(await sync('id;description\n1;Semi', { source, delimiter: ';' })).toMatchObject({ updated: 1 });
  });

  it('find skills by their aliases; unknown ones are made by an administrator', async () => {
    const [source, name, alias] = [newId(), `Skill ${newId()}`, `Alias ${newId()}`];
    await createSkill(world.deps, world.admin, { name, aliases: [alias] });
    const csv = `id,description,required_skill\n1,One,${alias.toUpperCase()}\n2,Two,New ${name}\n3,Three,new ${name}`;

    expect(await sync(csv, { source })).toMatchObject({ created: 1, refused: 2, skillsCreated: [] });
    const report = await sync(csv, { source }, world.admin);
    expect(report).toMatchObject({ created: 2, unchanged: 1, skillsCreated: [`New ${name}`] });
    expect((await ticketsOf(source)).map(({ skill }) => skill)).toEqual([name, `New ${name}`, `New ${name}`]);
  });

  it('are rehearsed exactly, and nothing is written', async () => {
    const source = newId();
    await sync('id,description\n1,One', { source });
    const before = await digestOf(world.db.sequelize);
    const wakes = world.wakes.length;
    const csv = `id,description,required_skill\n1,Other,Rare ${source}\n2,Two,\n2,Three,`;

    const rehearsed = await sync(csv, { source, dryRun: true }, world.admin);

    expect(rehearsed).toMatchObject({ dryRun: true, created: 1, updated: 1, refused: 1 });
    expect(rehearsed.skillsCreated).toEqual([`Rare ${source}`]);
    expect(await digestOf(world.db.sequelize)).toEqual(before);
    expect(world.wakes).toHaveLength(wakes);
    expect(await sync(csv, { source }, world.admin)).toEqual({ ...rehearsed, dryRun: false });
  });

  it('taken over by several at once are each made once', async () => {
    const source = newId();
    const csv = ['id,description', ...Array.from({ length: 40 }, (_, nth) => `${nth},Ticket ${nth}`)].join('\n');

    const reports = await Promise.all([world.ann, world.bob, world.cyd].map((actor) => sync(csv, { source }, actor)));

    expect(await ticketsOf(source)).toHaveLength(40);
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(40);
    expect(reports.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(80);
  });

  it('are for members of the project, in a text with the columns and of a length that one transaction bears', async () => {
    const csv = 'id,description\n1,One';
    await refusal(world, 'FORBIDDEN', () => sync(csv, {}, world.customer));
    await refusal(world, 'NOT_FOUND', () => sync(csv, { projectId: world.foreign.id }));
    await refusal(world, 'BAD_INPUT', () => sync(''));
    await refusal(world, 'BAD_INPUT', () => sync('id,text\n1,One'));
    await refusal(world, 'BAD_INPUT', () => sync('id,description,ID\n1,One,2'));
    await refusal(world, 'BAD_INPUT', () => sync('id,description\n1,"One'));
    const many = Array.from({ length: limits.syncRowsMax + 1 }, (_, nth) => `${nth},x`);
    await refusal(world, 'BAD_INPUT', () => sync(['id,description', ...many].join('\n')));
  });
});

describe('a title made of a description', () => {
  it('is its first line that says something, and never half of a sign', () => {
    expect(titleOf('\n  \n First \nSecond')).toBe('First');
    expect(titleOf(' \n\u200b')).toBeNull();
    expect(titleOf(`${'x'.repeat(limits.titleLength - 1)}😀`)).toBe('x'.repeat(limits.titleLength - 1));
  });
});
