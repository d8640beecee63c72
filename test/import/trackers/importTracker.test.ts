import { afterAll, expect, it } from 'vitest';
import { digestOf } from '../../../server/db/digest.js';
import type { Deps } from '../../../server/features/deps.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { findViolations } from '../../support/invariants.js';
import { addPerson, aWorld, type World } from '../../support/world.js';
import { describeEachDialect } from '../../support/services.js';
import { countOf } from '../importing.js';
import { changed, fixtures, importFrom, rowsOf, trackerNames } from './importing.js';

const made = {
  jira: { created: 3, commentsAdded: 8, relationsMade: 4, peopleCreated: 3, passedOver: 0 },
  gitlab: { created: 2, commentsAdded: 2, relationsMade: 1, peopleCreated: 3, passedOver: 0 },
  linear: { created: 3, commentsAdded: 3, relationsMade: 3, peopleCreated: 2, passedOver: 0 },
  github: { created: 2, commentsAdded: 4, relationsMade: 1, peopleCreated: 3, passedOver: 1 },
  zendesk: { created: 3, commentsAdded: 6, relationsMade: 1, peopleCreated: 5, passedOver: 0 },
} as const;

interface TicketLine {
  readonly id: string;
  readonly external_id: string;
  readonly status: string;
  readonly priority: string;
  readonly created_at: string | Date;
  readonly closed_at: string | Date | null;
}
const ticketOf = async (deps: Deps, externalId: string) => {
  const [row] = await rowsOf<TicketLine & Record<string, unknown>>(
    deps,
    'SELECT * FROM tickets WHERE external_id = $1',
    externalId,
  );
  if (!row) throw new Error(`no ticket ${externalId}`);
  return row;
};
const iso = (at: string | Date | null) => (at === null ? null : new Date(at).toISOString());

describeEachDialect('importing from a tracker', (dialect) => {
  const worlds: World[] = [];
  const world = async () => {
    const one = await aWorld(dialect);
    worlds.push(one);
    return one;
  };
  afterAll(() => Promise.all(worlds.map((each) => each.close())));

  it.each(trackerNames)('%s rehearses, makes, and finds everything there the second time', async (tracker) => {
    const { deps, db, wakes } = await world();
    const [empty, woken] = [await digestOf(db.sequelize), wakes.length];

    const rehearsed = await importFrom(deps, tracker, fixtures[tracker], { dryRun: true });

    expect(await digestOf(db.sequelize)).toEqual(empty);
    expect(wakes.length).toBe(woken);
    const first = await importFrom(deps, tracker, fixtures[tracker]);
    expect(first).toMatchObject({ ...made[tracker], updated: 0, misfits: 0 });
    expect(rehearsed).toEqual(first);
    const before = await digestOf(db.sequelize);
    const second = await importFrom(deps, tracker, fixtures[tracker]);
    expect(second).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: made[tracker].created,
      misfits: 0,
      commentsAdded: 0,
      commentsChanged: 0,
      relationsMade: 0,
      peopleCreated: 0,
    });
    expect(await digestOf(db.sequelize)).toEqual(before);
    expect(await findViolations(db)).toEqual([]);
  });

  it('gives each ticket its own times, people, words and links', async () => {
    const { deps } = await world();
    await importFrom(deps, 'jira', fixtures.jira);

    const [first, second] = [await ticketOf(deps, 'SHOP-1'), await ticketOf(deps, 'SHOP-2')];
    expect(first).toMatchObject({ type: 'TICKET', status: 'REVIEW', priority: 'URGENT', category: 'BUG_REPORT' });
    expect(first).toMatchObject({ story_points: 5, estimated_hours: 2, due_date: '2026-09-30' });
    expect(iso(first.created_at)).toBe('2026-09-03T09:05:00.000Z');
    expect(second).toMatchObject({ type: 'TASK', status: 'CLOSED', parent_id: first.id });
    expect(iso(second.closed_at)).toBe('2026-09-09T17:15:00.000Z');
    const comments = await rowsOf<{ name: string; content: string; visibility: string; created_at: string }>(
      deps,
      `SELECT u.name, c.content, c.visibility, c.created_at FROM comments c JOIN users u ON u.id = c.user_id
       WHERE c.ticket_id = $1 AND c.visibility = 'PUBLIC' ORDER BY c.created_at, c.content`,
      first.id,
    );
    expect(comments.map(({ name, content }) => [name, content.slice(0, 13)])).toEqual([
      ['Olga Brandt', 'Cannot reprod'],
      ['Olga Brandt', 'Second though'],
      ['Tim Okafor', '=HYPERLINK("h'],
    ]);
    const links = await rowsOf<{ type: string; a: string; b: string }>(
      deps,
      `SELECT l.type, f.external_id AS a, t.external_id AS b FROM ticket_links l JOIN tickets f ON f.id = l.from_id
       JOIN tickets t ON t.id = l.to_id ORDER BY l.type, t.external_id`,
    );
    expect(links).toEqual([
      { type: 'BLOCKS', a: 'SHOP-1', b: 'SHOP-2' },
      { type: 'BLOCKS', a: 'SHOP-1', b: 'SHOP-3' },
      { type: 'DUPLICATES', a: 'SHOP-3', b: 'SHOP-1' },
    ]);
    const spans = await rowsOf<{ name: string; status: string }>(
      deps,
      `SELECT u.name, a.status FROM assignments a JOIN users u ON u.id = a.assignee_id ORDER BY u.name`,
    );
    expect(spans).toEqual([
      { name: 'Olga Brandt', status: 'ACTIVE' },
      { name: 'Tim Okafor', status: 'COMPLETED' },
    ]);
    expect(await countOf(deps, 'ticket_watchers')).toBeGreaterThanOrEqual(3);
  });

  it('loses none of the columns that Jira repeats, and says what it had to keep as text', async () => {
    const { deps } = await world();

    const { notes } = await importFrom(deps, 'jira', fixtures.jira);

    const [rest] = await rowsOf<{ content: string }>(
      deps,
      `SELECT c.content FROM comments c JOIN tickets t ON t.id = c.ticket_id
       WHERE t.external_id = 'SHOP-1' AND c.visibility = 'INTERNAL'`,
    );
    for (const line of ['Sprint: SHOP Sprint 7', 'Sprint: SHOP Sprint 9', 'Fix versions: 2.4', 'Fix versions: 2.4.1'])
      expect(rest?.content.split('\n')).toContain(line);
    expect(rest?.content.match(/^Attachment: /gm)).toHaveLength(2);
    expect(rest?.content).toContain('Components: Checkout\nComponents: Payments\n');
    expect(notes.map(({ line, column, value }) => [line, column, value])).toEqual([
      [8, 'Status', 'Waiting for legal'],
      [8, 'Priority', 'P5'],
      [8, 'Custom field (Story Points)', '0.5'],
      [7, 'link (relates)', 'SHOP-99'],
    ]);
  });

  it('takes over what changed in a newer export, and leaves the rest alone', async () => {
    const { deps, db } = await world();
    await importFrom(deps, 'jira', fixtures.jira);
    const [other, events] = [await ticketOf(deps, 'SHOP-3'), await countOf(deps, 'events')];
    const newer = await changed(
      'jira',
      ['Pay button is grey', 'Pay button is red'],
      ['Done,SHOP,', 'In Progress,SHOP,'],
      ['712020:aa-vera;Nice.', '712020:aa-vera;Nice work.'],
    );

    const report = await importFrom(deps, 'jira', newer);

    expect(report).toMatchObject({ created: 0, updated: 1, unchanged: 2, commentsAdded: 0 });
    const reopened = await ticketOf(deps, 'SHOP-2');
    expect(reopened).toMatchObject({ title: 'Pay button is red', status: 'IN_PROGRESS', closed_at: null });
    expect(await ticketOf(deps, 'SHOP-3')).toEqual(other);
    expect(await countOf(deps, 'events')).toBeLessThan(events + 8);
    const said = await rowsOf(deps, `SELECT id FROM comments WHERE content = 'Nice work.' AND version = 2`);
    expect(said).toHaveLength(1);
    expect(await findViolations(db)).toEqual([]);
  });

  it('passes the work on when the newer export names somebody else, also of a closed ticket', async () => {
    const { deps, db } = await world();
    await importFrom(deps, 'github', fixtures.github);
    const newer = await changed('github', ['"login": "noor"', '"login": "zoe"']);

    await importFrom(deps, 'github', newer);

    const held = await rowsOf<{ external_id: string; username: string; status: string; is_primary: boolean }>(
      deps,
      `SELECT t.external_id, u.username, a.status FROM assignments a JOIN users u ON u.id = a.assignee_id
       JOIN tickets t ON t.id = a.ticket_id ORDER BY t.external_id, u.username, a.status`,
    );
    expect(held.map(({ external_id, username, status }) => `${external_id} ${username} ${status}`)).toEqual([
      'acme/kite#7 noor REMOVED',
      'acme/kite#7 tomek ACTIVE',
      'acme/kite#7 zoe ACTIVE',
      'acme/kite#9 noor COMPLETED',
      'acme/kite#9 zoe COMPLETED',
    ]);
    expect(await findViolations(db)).toEqual([]);
  });

  it('knows customers from agents, and their words from those among staff', async () => {
    const { deps } = await world();
    await importFrom(deps, 'zendesk', fixtures.zendesk);

    const roles = await rowsOf<{ name: string; role: string; inside: string }>(
      deps,
      `SELECT u.name, u.role, m.role AS inside FROM users u JOIN project_members m ON m.user_id = u.id
       WHERE u.role <> 'ADMIN' ORDER BY u.name`,
    );
    expect(roles.map(({ name, role, inside }) => `${name}: ${role}, ${inside}`)).toEqual([
      'Ben Adler: CUSTOMER, CUSTOMER',
      'Mina Park: AGENT, MEMBER',
      'Paola Conti: CUSTOMER, CUSTOMER',
      'Rui Costa: AGENT, MEMBER',
      'Sara Conti: CUSTOMER, CUSTOMER',
    ]);
    const first = await ticketOf(deps, '3501');
    expect(first).toMatchObject({ status: 'IN_PROGRESS', waiting_on: 'CUSTOMER', category: 'BILLING' });
    expect(iso(first['first_response_at'] as string)).toBe('2026-02-03T08:30:00.000Z');
    const said = await rowsOf<{ content: string; visibility: string }>(
      deps,
      `SELECT content, visibility FROM comments WHERE ticket_id = $1 AND content NOT LIKE 'Imported%' ORDER BY created_at`,
      first.id,
    );
    expect(said.map(({ visibility }) => visibility)).toEqual(['INTERNAL', 'PUBLIC', 'PUBLIC']);
    expect(await ticketOf(deps, '3503')).toMatchObject({ title: 'My password does not work', status: 'CLOSED' });
  });

  it('finds people who are here by their address and by their name, and gives inactive ones nothing', async () => {
    const { deps, admin } = await world();
    const mina = await addPerson(deps, 'AGENT', 'Somebody Else');
    await rowsOf(deps, "UPDATE users SET email = 'mina@helio.example' WHERE id = $1", mina.userId);
    const rui = await addPerson(deps, 'AGENT', 'Rui');
    await rowsOf(deps, "UPDATE users SET email = 'rui@helio.example', active = FALSE WHERE id = $1", rui.userId);

    const { notes, peopleCreated } = await importFrom(deps, 'zendesk', fixtures.zendesk, { as: admin.email });

    expect(peopleCreated).toBe(3);
    expect(await ticketOf(deps, '3501')).toMatchObject({ assignee_id: mina.userId });
    expect(await ticketOf(deps, '3502')).toMatchObject({ assignee_id: null });
    expect(notes).toContainEqual(expect.objectContaining({ column: 'Assignee', value: 'Rui Costa' }));
  });

  it('comes to the same after a crash behind every transaction', { timeout: 60_000 }, async () => {
    const whole = await world();
    await importFrom(whole.deps, 'jira', fixtures.jira);
    const { deps, db } = await world();

    let crashes = 0;
    for (;;) {
      const ended = await importFrom(crashingAfterOne(deps), 'jira', fixtures.jira).catch((e: Error) => e.message);
      if (ended !== 'crash') break;
      crashes++;
    }

    expect(crashes).toBeGreaterThan(4);
    for (const table of ['events', 'ticket_history', 'assignment_history', 'comments', 'ticket_links', 'users'])
      expect([table, await countOf(deps, table)]).toEqual([table, await countOf(whole.deps, table)]);
    expect(await findViolations(db)).toEqual([]);
  });

  it('takes off the apostrophe that an export puts before what a spreadsheet would reckon', async () => {
    const { deps } = await world();
    await importFrom(deps, 'gitlab', fixtures.gitlab);
    await importFrom(deps, 'linear', fixtures.linear);

    expect(await ticketOf(deps, '9002')).toMatchObject({ title: "=cmd|' /C calc'!A0" });
    expect(await ticketOf(deps, 'ENG-41')).toMatchObject({ title: '=1+1 shown as two' });
  });

  it('refuses a record whose ticket was deleted here, and takes over the others', async () => {
    const { deps, db, admin } = await world();
    await importFrom(deps, 'gitlab', fixtures.gitlab);
    await deleteTicket(deps, admin, { ticketId: (await ticketOf(deps, '9002')).id });
    const newer = await changed('gitlab', ['Runner stops at', 'Runner halts at']);

    const report = await importFrom(deps, 'gitlab', newer);

    expect(report).toMatchObject({ created: 0, updated: 1, misfits: 1 });
    expect(report.misfitRows).toMatchObject([{ line: 4, value: '9002' }]);
    expect(await ticketOf(deps, '9001')).toMatchObject({ title: 'Runner halts at 99 %' });
    expect(await findViolations(db)).toEqual([]);
  });
});

/** Ends with an error right after the first of its commits, as if the process had died there. */
const crashingAfterOne = (deps: Deps): Deps => ({
  ...deps,
  wake: (wakes) => {
    deps.wake(wakes);
    throw new Error('crash');
  },
});
