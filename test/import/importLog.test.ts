import { appendFile, copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { decodeRow } from '../../server/db/decodeRow.js';
import { digestOf } from '../../server/db/digest.js';
import { Ticket } from '../../server/db/models/Ticket.js';
import { adHoc, type RunStatement } from '../../server/db/statement.js';
import type { Deps } from '../../server/features/deps.js';
import { archiveProject } from '../../server/features/projects/commands/archiveProject.js';
import { deleteTicket } from '../../server/features/tickets/commands/deleteTicket.js';
import { findViolations } from '../support/invariants.js';
import { anAdmin, aProject, anAgent } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';
import { countOf, heldLines, importInto, smallLog } from './importing.js';

const held = [
  'A-1: Ada > Bo > Cy = CLOSED',
  'A-2: Ada > Cy = CLOSED',
  'A-3: Bo > Cy > Di = CLOSED',
  'A-4: Bo > Cy > Ada = IN_PROGRESS',
  'A-5: Bo > Cy > Di = CLOSED',
  'A-6: Ada > Bo > Cy > Bo > Cy = RESOLVED',
  'A-7: Élodie Brûlé = CLOSED',
  'A-8: elodie brule = IN_PROGRESS',
  'A-9: Ada = RESOLVED',
];
const report = {
  rowsRead: 39,
  changed: 28,
  unchanged: 3,
  alreadyDone: 0,
  misfits: 8,
  ticketsCreated: 9,
  assigned: 5,
  reassigned: 10,
  statusChanges: 20,
  peopleCreated: 6,
};

async function grownLog(more: string): Promise<string> {
  const file = join(await mkdtemp(join(inject('runFolder'), 'log-')), 'log.csv');
  await copyFile(smallLog, file);
  await appendFile(file, more);
  return file;
}
const rest = ',V 1,1,V 1,S 1,C 7,P 1,R 1,S 2,L 2,T 1,U 1,W 1\r\n';

describeEachDialect('importing a log', (dialect) => {
  const worlds: World[] = [];
  const world = async () => {
    const made = await aWorld(dialect);
    worlds.push(made);
    return made;
  };
  afterAll(() => Promise.all(worlds.map((each) => each.close())));

  it('makes a ticket of each case, with every change of hands and the last state', async () => {
    const { deps, db } = await world();

    const { misfitRows: _, ...counts } = await importInto(deps, smallLog);

    expect(counts).toEqual(report);
    expect(await heldLines(deps)).toEqual(held);
    expect(await findViolations(db)).toEqual([]);
  });

  it('makes custom fields of what the mapping names, once', async () => {
    const { deps, db } = await world();
    await importInto(deps, smallLog);
    await importInto(deps, await grownLog(`A-99,Insert ticket,Ada,2012/01/11 09:00:00.000${rest}`));

    const fields = await db.all(adHoc('SELECT key, label, kind FROM custom_fields ORDER BY position'), []);
    expect(fields).toHaveLength(8);
    expect(fields).toContainEqual({ key: 'serviceLevel', label: 'service level', kind: 'TEXT' });
    const [ticket] = (await db.all(adHoc("SELECT * FROM tickets WHERE external_id = 'A-1'"), [])).map((row) =>
      decodeRow(Ticket, row),
    );
    expect(ticket!.customFields).toMatchObject({ customer: 'C 7', serviceLevel: 'L 2', supportSection: 'U 1' });
  });

  it('gives each event the time of its row, and numbers them in the order of time', async () => {
    const { deps, db } = await world();

    await importInto(deps, smallLog);

    const rows = await db.all<{ at: string | Date }>(
      adHoc("SELECT at FROM events WHERE type LIKE 'ticket.%' ORDER BY seq"),
      [],
    );
    const times = rows.map(({ at }) => new Date(at).toISOString());
    expect(times).toEqual(times.toSorted());
    expect(times[0]).toBe('2012-01-02T07:00:00.000Z');
    expect(times.at(-1)).toBe('2012-03-25T01:30:00.000Z');
  });

  it('names the line, column and reason of every row that does not fit', async () => {
    const { deps } = await world();

    const { misfitRows } = await importInto(deps, smallLog);

    expect(misfitRows.map(({ line, column }) => [line, column])).toEqual([
      [33, 'Activity'],
      [34, 'Complete Timestamp'],
      [35, 'Complete Timestamp'],
      [36, 'Complete Timestamp'],
      [37, null],
      [38, null],
      [39, 'Case ID'],
      [40, 'Resource'],
    ]);
    expect(misfitRows[3]?.reason).toContain('does not exist in Europe/Rome');
    expect(misfitRows[4]?.reason).toBe('has 12 cells where the header has 16');
  });

  it('does nothing when it is run again', async () => {
    const { deps, db } = await world();
    await importInto(deps, smallLog);
    const before = await digestOf(db.sequelize);

    const { changed, alreadyDone, unchanged, misfits } = await importInto(deps, smallLog);

    expect({ changed, alreadyDone, unchanged, misfits }).toEqual({
      changed: 0,
      alreadyDone: report.changed,
      unchanged: report.unchanged,
      misfits: report.misfits,
    });
    expect(await digestOf(db.sequelize)).toEqual(before);
  });

  it('goes on where a log ended that has grown since', async () => {
    const { deps, db } = await world();
    await importInto(deps, smallLog);
    const grown = await grownLog(
      `A-9,Closed,Cy,2012/04/01 10:00:00.000${rest}B-1,Insert ticket,Bo,2012/04/02 10:00:00.000${rest}`,
    );

    const counts = await importInto(deps, grown);

    expect(counts).toMatchObject({ changed: 2, ticketsCreated: 1, reassigned: 1, statusChanges: 1, peopleCreated: 0 });
    expect(await heldLines(deps)).toEqual([...held.slice(0, 8), 'A-9: Ada > Cy = CLOSED', 'B-1: Bo = OPEN']);
    expect(await findViolations(db)).toEqual([]);
  });

  it.each([
    ['page of rows', (deps: Deps) => deps, 2],
    ['command, where a page cannot be kept whole', withoutPages, 40],
  ])('comes to the same after a crash behind any %s', { timeout: 120_000 }, async (_, changed, atLeast) => {
    const whole = await world();
    await importInto(whole.deps, smallLog);
    const { deps, db } = await world();

    let crashes = 0;
    for (;;) {
      const ended = await importInto(crashingAfter(changed(deps), 1), smallLog).catch((error: Error) => error.message);
      if (ended !== 'crash') break;
      crashes++;
    }

    expect(crashes).toBeGreaterThan(atLeast);
    expect(await heldLines(deps)).toEqual(held);
    for (const table of ['events', 'ticket_history', 'assignment_history', 'assignments', 'users', 'idempotency_keys'])
      expect([table, await countOf(deps, table)]).toEqual([table, await countOf(whole.deps, table)]);
    expect(await findViolations(db)).toEqual([]);
  });

  it('rehearses the same and writes nothing', async () => {
    const { deps, db, wakes } = await world();
    const before = await digestOf(db.sequelize);
    const woken = wakes.length;

    const { misfitRows: _, ...counts } = await importInto(deps, smallLog, { dryRun: true });

    expect(counts).toEqual(report);
    expect(await digestOf(db.sequelize)).toEqual(before);
    expect(wakes.length).toBe(woken);
  });

  it('rehearses what is left when a part is imported already', async () => {
    const { deps, db } = await world();
    await importInto(crashingAfter(withoutPages(deps), 40), smallLog).catch(() => undefined);
    const before = await digestOf(db.sequelize);

    const { alreadyDone, changed } = await importInto(deps, smallLog, { dryRun: true });

    expect(alreadyDone).toBeGreaterThan(5);
    expect(changed + alreadyDone).toBe(report.changed);
    expect(await digestOf(db.sequelize)).toEqual(before);
  });

  it('leaves cases alone that became tickets by another administrator’s import', async () => {
    const made = await world();
    const { deps } = made;
    await importInto(deps, smallLog);
    const { email } = await anAdmin(made);
    const events = await countOf(deps, 'events');

    const { ticketsCreated, changed, misfits } = await importInto(deps, smallLog, { as: email });

    expect({ ticketsCreated, changed, misfits }).toEqual({ ticketsCreated: 0, changed: 0, misfits: report.rowsRead });
    expect(await countOf(deps, 'events')).toBe(events);
  });

  it('reports a row whose ticket was deleted meanwhile, and goes on with the next', async () => {
    const { deps, admin, db } = await world();
    await importInto(deps, smallLog);
    const [ticket] = await db.all<{ id: string }>(adHoc("SELECT id FROM tickets WHERE external_id = 'A-9'"), []);
    await deleteTicket(deps, admin, { ticketId: ticket?.id ?? '' });
    const grown = await grownLog(
      `A-9,Closed,Cy,2012/04/01 10:00:00.000${rest}A-8,Closed,Cy,2012/04/02 10:00:00.000${rest}`,
    );

    const { misfitRows, changed } = await importInto(deps, grown);

    expect(misfitRows.at(-1)).toEqual({ line: 43, column: 'Resource', value: 'Cy', reason: 'No such ticket.' });
    expect(changed).toBe(1);
    expect(await findViolations(db)).toEqual([]);
  });

  it('refuses an archived project', async () => {
    const made = await world();
    const { id } = await aProject(made, { key: 'HELP' });
    await archiveProject(made.deps, made.admin, { projectId: id, archived: true });

    await expect(importInto(made.deps, smallLog)).rejects.toThrow('The project HELP is archived');
  });

  it('imports into an existing project, as the administrator who is named', async () => {
    const made = await world();
    await aProject(made, { key: 'SUP' });

    await importInto(made.deps, smallLog, { project: 'SUP', as: made.admin.email });

    const rows = await made.db.all<{ key: string }>(adHoc('SELECT key FROM tickets ORDER BY number'), []);
    expect(rows.map(({ key }) => key)).toContain('SUP-9');
    await expect(importInto(made.deps, smallLog, { as: (await anAgent(made)).email })).rejects.toThrow(
      'is not an active administrator',
    );
  });

  it('refuses a file without the columns that the mapping names, and writes nothing', async () => {
    const { deps } = await world();
    const file = join(await mkdtemp(join(inject('runFolder'), 'log-')), 'log.csv');
    await writeFile(file, (await readFile(smallLog, 'utf8')).replace('Resource', 'Who'));

    await expect(importInto(deps, file)).rejects.toThrow('has no column "Resource". It has: Case ID, Activity, Who');
    expect(await countOf(deps, 'projects')).toBe(0);
  });
});

/** Ends with an error right after the nth of its commits, as if the process had died there. */
function crashingAfter(deps: Deps, commits: number): Deps {
  let left = commits;
  return {
    ...deps,
    wake: (wakes) => {
      deps.wake(wakes);
      if (--left === 0) throw new Error('crash');
    },
  };
}

/** The statement that a page of rows ends with fails, so that each command gets a transaction of its own. */
function withoutPages(deps: Deps): Deps {
  const begin: Deps['db']['begin'] = async (options) => {
    const open = await deps.db.begin(options);
    const run: RunStatement = open.all;
    const all: RunStatement = (statement, values) =>
      statement.name === 'import.insertKeys' ? Promise.reject(new Error('no page')) : run(statement, values);
    return Object.assign(open, { all });
  };
  return { ...deps, db: { ...deps.db, begin } };
}
