import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { QueryTypes } from 'sequelize';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import type { ChildService } from '../support/childService.js';
import { startNode } from '../support/node.js';
import { aProject, anAgent } from '../support/people.js';
import { clientOf } from '../support/revocations.js';
import { describeWith, startRedis } from '../support/services.js';
import { parsed } from '../support/ticketWorld.js';
import { aWorld, type Person, type World } from '../support/world.js';
import { buildBoard } from './boardSite.js';
import { BoardWindow } from './boardWindow.js';
import { startBrowser } from './browser.js';
import { signedIn } from './signedIn.js';

/** What is not told at once is never told: long enough for a machine that runs other tests at the same time. */
const AT_ONCE_MS = 10_000;
const SOLVED_MS = 40_000;
const COLUMNS = { OPEN: 'Open', IN_PROGRESS: 'In progress', REVIEW: 'Review', RESOLVED: 'Resolved', CLOSED: 'Closed' };
type Status = keyof typeof COLUMNS;
const statuses = Object.keys(COLUMNS) as Status[];

/** Two people at the boards of two nodes, which share PostgreSQL and Redis. */
describeWith(
  'postgres',
  'redis-server',
  'chromium',
)('the board over two nodes', () => {
  let world: World;
  let nodes: ChildService[];
  let browser: Browser;
  let ann: Person;
  let bob: Person;
  let project: { id: string; key: string };
  let writer: ReturnType<typeof clientOf>;
  const windows: BoardWindow[] = [];
  const stops: (() => Promise<number>)[] = [];

  beforeAll(async () => {
    await buildBoard();
    world = await aWorld('postgres');
    const redis = await startRedis();
    const options = { databaseUrl: world.url, redisUrl: redis.url };
    nodes = await Promise.all([startNode(options), startNode(options)]);
    [ann, bob] = [await anAgent(world, 'Ann Agent'), await anAgent(world, 'Bob Agent')];
    const { key } = await createApiKey(world.deps, world.admin, { name: 'writer', scopes: ['read', 'write'] });
    writer = clientOf(nodes[0]?.url ?? '', key);
    browser = await startBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });
  afterEach(async () => {
    // Of a test that failed meanwhile.
    await Promise.allSettled(stops.splice(0).map((stop) => stop()));
    const complaints = windows.flatMap((window) => window.complaints);
    await Promise.all(windows.splice(0).map((window) => window.close()));
    expect(complaints).toEqual([]);
  });

  const aBoard = async (tickets: number): Promise<string[]> => {
    project = await aProject(world, { members: [ann, bob] });
    const few = pLimit(4);
    const made = Array.from({ length: tickets }, (_, nth) => {
      const draft = parsed(CreateTicketInput, { projectId: project.id, title: `Ticket ${nth}` });
      return few(() => createTicket(world.deps, world.admin, draft));
    });
    // Made side by side, they may have taken their numbers in another order.
    return (await Promise.all(made)).toSorted((one, other) => one.number - other.number).map(({ id }) => id);
  };
  const open = async (person: Person, node: 0 | 1) => {
    const { url } = nodes[node]!;
    const window = await BoardWindow.open(browser, url, { storageState: await signedIn(url, person) });
    windows.push(window);
    await window.openBoard(project.key);
    return window;
  };
  const openTwo = () => Promise.all([open(ann, 0), open(bob, 1)]);

  /** Moves tickets between columns until told to stop; about so many a second. Answers how many were moved. */
  function moving(ids: readonly string[], perSecond: number): () => Promise<number> {
    const state = { isOver: false, moved: 0 };
    const LANES = 4;
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let nth = lane; !state.isOver; nth += LANES) {
        const next = sleep((LANES * 1_000) / perSecond);
        const ticketId = ids[(nth * 7) % ids.length] ?? '';
        const status = statuses[(nth * 3) % statuses.length] ?? 'OPEN';
        await writer.tickets.update.mutate({ ticketId, patch: { status } });
        state.moved++;
        await next;
      }
    });
    const stop = async () => {
      state.isOver = true;
      await Promise.all(lanes);
      return state.moved;
    };
    stops.push(stop);
    return stop;
  }

  /** What the heads of the columns say, and what the database holds. */
  const countsIn = (window: BoardWindow) =>
    Promise.all(
      statuses.map(async (status) => {
        const heading = window.column(COLUMNS[status]).getByRole('heading', { level: 2 });
        return Number(/\d+/.exec((await heading.textContent()) ?? '')?.[0]);
      }),
    );
  const countsInDatabase = async () => {
    const rows = await world.db.sequelize.query<{ status: Status; count: number | string }>(
      'SELECT status, count(*) AS count FROM tickets WHERE project_id = $1 AND deleted_at IS NULL GROUP BY status',
      { bind: [project.id], type: QueryTypes.SELECT },
    );
    return statuses.map((name) => Number(rows.find(({ status }) => status === name)?.count ?? 0));
  };

  it('shows each what the other does', async () => {
    await aBoard(1);
    const [anns, bobs] = await openTwo();
    const key = `${project.key}-1`;

    await anns.page.getByRole('button', { name: `Claim ${key}` }).click();
    await bobs.card(key).getByText('Ann Agent').waitFor({ timeout: AT_ONCE_MS });
    await bobs.page.getByRole('button', { name: `Change status of ${key}` }).click();
    await bobs.page.getByRole('menuitemradio', { name: 'Review' }).click();
    await anns.cardIn('Review', key).waitFor({ timeout: AT_ONCE_MS });

    expect(await anns.cardIn('Open', key).count()).toBe(0);
  });

  it('shows at one node what is proposed, approved, rejected, saved, passed on and taken back at the other, and keeps all of it', async () => {
    const [first, second, third] = await aBoard(3);
    const key = (nth: number) => `${project.key}-${nth}`;
    const { items: profiles } = await writer.developers.list.query({ projectId: project.id });
    // So that it is known whom the planner will choose.
    for (const { id, userId } of profiles)
      await writer.developers.update.mutate({ developerId: id, patch: { capacity: userId === ann.userId ? 10 : 0 } });
    const [anns, bobs] = await openTwo();
    await anns.page.getByRole('link', { name: 'Plan', exact: true }).click();
    const line = (nth: number) =>
      anns.page
        .getByRole('list', { name: 'Proposals' })
        .getByRole('listitem')
        .filter({ hasText: key(nth) });

    await anns.page.getByRole('button', { name: 'Propose' }).click();
    // The first plan of a process compiles the solver.
    for (const nth of [1, 2, 3])
      await bobs.card(key(nth)).getByText('Proposed: Ann Agent').waitFor({ timeout: SOLVED_MS });
    await bobs.screenshot('proposed on the board');
    await line(1).getByRole('checkbox').check();
    await anns.page.getByRole('button', { name: 'Approve' }).click();
    await bobs.card(key(1)).locator('.holder-name', { hasText: 'Ann Agent' }).waitFor({ timeout: AT_ONCE_MS });
    await line(2).getByRole('checkbox').check();
    await anns.page.getByRole('button', { name: 'Reject…' }).click();
    await anns.page
      .getByRole('dialog')
      .getByLabel(/^Reason/)
      .fill('Not this one');
    await anns.press('Enter');
    await bobs
      .card(key(2))
      .getByText(/^Proposed/)
      .waitFor({ state: 'detached', timeout: AT_ONCE_MS });
    const { items } = await writer.assignments.proposals.list.query({ projectId: project.id });
    expect(items).toMatchObject([{ ticketId: third, assigneeId: ann.userId }]);
    await anns.page.getByRole('button', { name: 'Save all' }).click();
    await anns.page.getByText('Nothing waits for a decision.').waitFor();
    await bobs.card(key(3)).locator('.holder-name', { hasText: 'Ann Agent' }).waitFor({ timeout: AT_ONCE_MS });

    await anns.goTo(`#/${project.key}/${key(1)}`);
    await anns.panel.getByText('Who held it when').click();
    await bobs.card(key(1)).getByRole('link').click();
    await bobs.panel.getByRole('button', { name: 'Pass on from Ann Agent' }).click();
    const passing = bobs.page.getByRole('dialog', { name: `Pass ${key(1)} on` });
    await passing.getByRole('option', { name: 'Ada Admin' }).click();
    await passing.getByRole('button', { name: 'Pass on to Ada Admin' }).click();
    await anns.panel.getByRole('button', { name: 'Remove Ada Admin' }).click();
    await anns.page
      .getByRole('dialog', { name: `Take ${key(1)} from Ada Admin` })
      .getByLabel('Reason')
      .fill('Too much');
    await anns.press('Enter');
    await bobs.page.getByRole('button', { name: `Claim ${key(1)}` }).waitFor({ timeout: AT_ONCE_MS });

    const spans = anns.panel.locator('.holder-history li');
    await expect
      .poll(() => spans.allTextContents())
      .toEqual([expect.stringMatching(/Ada Admin.*Too much/), expect.stringMatching(/Ann Agent/)]);
    const historyOf = async (ticketId: string | undefined) => {
      const { items: lines } = await writer.assignments.history.query({ ticketId: ticketId ?? '' });
      return lines.map(({ action, newDeveloper }) => [action, newDeveloper]);
    };
    expect(await historyOf(first)).toEqual([
      ['CREATED', 'Ann Agent'],
      ['REASSIGNED', 'Ada Admin'],
      ['REMOVED', null],
    ]);
    expect([await historyOf(second), await historyOf(third)]).toEqual([[], [['CREATED', 'Ann Agent']]]);
  }, 90_000);

  it('is right after reloads in the middle of the stream', async () => {
    const ids = await aBoard(40);
    const [anns, bobs] = await openTwo();
    const stop = moving(ids, 40);
    for (let nth = 0; nth < 3; nth++) {
      await sleep(700);
      await bobs.page.reload();
      await bobs.column('Open').waitFor();
    }
    expect(await stop()).toBeGreaterThan(40);
    const truth = await countsInDatabase();

    for (const window of [anns, bobs])
      await expect.poll(() => countsIn(window), { timeout: AT_ONCE_MS, interval: 100 }).toEqual(truth);
  });

  it('is empty within a second for who is taken out through the other node', async () => {
    await aBoard(5);
    const bobs = await open(bob, 1);
    await bobs.page.evaluate(() => {
      const seen = { emptyAt: 0 };
      Object.assign(globalThis, { seen });
      new MutationObserver(() => {
        if (seen.emptyAt === 0 && !document.body.textContent?.includes('Ticket 3')) seen.emptyAt = Date.now();
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });

    await writer.projects.members.remove.mutate({ projectId: project.id, userId: bob.userId });
    const acknowledgedAt = Date.now();
    const gone = bobs.page.getByRole('alert').filter({ hasText: project.key });
    await gone.waitFor();
    const emptyAt = await bobs.page.evaluate(
      () => (globalThis as unknown as { seen: { emptyAt: number } }).seen.emptyAt,
    );

    expect(emptyAt).toBeGreaterThan(0);
    expect(emptyAt - acknowledgedAt).toBeLessThan(1_000);
    await bobs.page.reload();
    await gone.waitFor();
    expect(await bobs.page.getByText(/Ticket \d/).count()).toBe(0);
  });

  it('keeps a thousand tickets true under fifty changes a second, and can be used meanwhile', async () => {
    const ids = await aBoard(1_000);
    const [anns, bobs] = await openTwo();
    const stop = moving(ids, 50);
    const begun = performance.now();
    for (let nth = 0; nth < 5; nth++) {
      await sleep(1_000);
      // Whoever works here meanwhile gets an answer from the page, not only from the server.
      await bobs.press('?');
      await bobs.panel.waitFor();
      await bobs.press('Escape');
      await bobs.panel.waitFor({ state: 'detached' });
    }
    const moved = await stop();
    const perSecond = (moved * 1_000) / (performance.now() - begun);
    process.stdout.write(`\n${moved} changes, ${perSecond.toFixed(0)}/s\n`);
    const truth = await countsInDatabase();

    expect(truth.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    for (const window of [anns, bobs])
      await expect.poll(() => countsIn(window), { timeout: AT_ONCE_MS, interval: 100 }).toEqual(truth);
  }, 120_000);
});
