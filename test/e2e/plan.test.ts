import { expect, it } from 'vitest';
import { aProxy } from '../sdk/realServer.js';
import { setCapacity } from '../support/planning.js';
import { aTicket, type TicketWorld } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard } from './describeBoard.js';

const titles = ['The lift is stuck', 'Water in the cellar', 'The bell is silent', 'Paint the door'];
const SOLVED_MS = 40_000;
const HUGE = 'Build a new house';

/** Four tickets that somebody has room for, and one that nobody has. */
async function fill(world: TicketWorld) {
  for (const person of [world.lead, world.ann, world.bob, world.cyd]) await setCapacity(world, person, 10);
  for (const title of titles) await aTicket(world, { title, storyPoints: 2 });
  await aTicket(world, { title: HUGE, storyPoints: 40 });
}

describeBoard('the plan', fill, (site) => {
  const openPlan = async (person: Person) => {
    const window = await site.open(person, `#/${site.world.project.key}/plan`);
    await window.page.getByRole('heading', { name: 'Proposals' }).waitFor();
    await window.connection('Live').waitFor();
    return window;
  };
  const lines = ({ page }: BoardWindow) => page.getByRole('list', { name: 'Proposals' }).getByRole('listitem');
  const line = (window: BoardWindow, title: string) => lines(window).filter({ hasText: title });
  const propose = async (window: BoardWindow) => {
    await window.page.getByRole('button', { name: 'Propose' }).click();
    // What an earlier plan came to stands there meanwhile. The first plan of a process compiles the solver.
    await window.page.getByRole('progressbar', { name: 'Planning' }).waitFor({ state: 'detached', timeout: SOLVED_MS });
    await window.page.getByText('Proven: there is no better plan.').waitFor();
  };
  const ticketOf = async (title: string) => {
    const client = await site.clientOf(site.world.lead);
    const { items } = await client.tickets.list({ projectId: site.world.project.id, limit: 50 });
    return { client, ticket: items.find((one) => one.title === title)! };
  };

  it('is proposed with reasons, approved and rejected, and another window sees all of it', async () => {
    const { lead, ann, project } = site.world;
    const [first, second] = [await openPlan(lead), await openPlan(ann)];
    await second.page.getByText('Nothing waits for a decision.').waitFor();

    await propose(first);
    await expect
      .poll(() =>
        lines(first)
          .filter({ has: first.page.getByRole('checkbox') })
          .count(),
      )
      .toBe(4);
    await first.page.getByText('4 tickets placed, 1 not.').waitFor();
    await first.page.getByRole('list', { name: 'For these there is nobody' }).getByText(HUGE).waitFor();
    await expect
      .poll(() =>
        lines(second)
          .filter({ has: second.page.getByRole('checkbox') })
          .count(),
      )
      .toBe(4);
    await second.page.getByText('by Lea Lead').waitFor();
    await line(first, titles[0]!).getByText(/^Why/).click();
    await line(first, titles[0]!).getByRole('heading', { name: 'What must hold' }).waitFor();
    await line(first, titles[0]!).getByText('of 10 points with all that is proposed').waitFor();
    await first.screenshot('the plan');

    for (const title of titles.slice(0, 2)) await line(first, title).getByRole('checkbox').check();
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    await first.page.route('**/trpc/assignments.approve**', (route) => gate.then(() => route.continue()));
    await first.page.getByRole('button', { name: 'Approve' }).click();
    await line(first, titles[3]!).getByRole('checkbox').check();
    letGo();
    await first.page.getByText('2 proposals were approved.').waitFor();
    await first.page.getByText('1 of 2 selected').waitFor();
    await expect.poll(() => line(second, titles[0]!).count()).toBe(0);
    await line(second, titles[2]!).getByRole('checkbox').focus();
    await second.press('Space', 'Shift+Tab');
    await second.page.getByRole('button', { name: 'Reject…' }).click();
    await second.page
      .getByRole('dialog')
      .getByLabel(/^Reason/)
      .fill('She is on a course');
    await second.press('Enter');
    await second.page.getByText(/ was rejected\.$/).waitFor();
    await expect.poll(() => line(first, titles[2]!).count()).toBe(0);

    const client = await site.clientOf(lead);
    const { items } = await client.tickets.list({ projectId: project.id, unassigned: false, limit: 50 });
    expect(items.map(({ title }) => title).toSorted()).toEqual(titles.slice(0, 2).toSorted());
    const rejected = await client.assignments.proposals.list({ projectId: project.id, state: 'REJECTED' });
    expect(rejected.items.map(({ decisionReason, decidedBy }) => ({ decisionReason, decidedBy }))).toEqual([
      { decisionReason: 'She is on a course', decidedBy: ann.userId },
    ]);
  });

  it('keeps what the plan came to over a reload, and can be taken back, after a question', async () => {
    const { lead, ann } = site.world;
    const [window, other] = [await openPlan(lead), await openPlan(ann)];
    await propose(window);
    const outcome = window.page.getByText('Proven: there is no better plan.');
    await window.page.reload();
    await outcome.waitFor();
    await window.page.getByRole('list', { name: 'For these there is nobody' }).getByText(HUGE).waitFor();

    await window.page.getByRole('button', { name: 'Take all back…' }).click();
    await window.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await line(other, titles[3]!).waitFor();
    await window.page.getByRole('button', { name: 'Take all back…' }).click();
    await window.page.getByRole('dialog').getByRole('button', { name: 'Take all back' }).click();
    await window.page.getByText(/ taken back\.$/).waitFor();
    await other.page.getByText('Nothing waits for a decision.').waitFor();
    await window.page.reload();
    await outcome.waitFor();
  });

  it('has what happens by itself set by leads, for others to see', async () => {
    const { lead, ann, project } = site.world;
    const [window, other] = [await openPlan(lead), await openPlan(ann)];
    await window.page.getByLabel('When somebody is away').selectOption('Others are proposed');
    await window.page.getByLabel('When a ticket is made for nobody').selectOption('Somebody is assigned');
    const theirs = other.page.getByLabel('When a ticket is made for nobody');
    await expect.poll(() => theirs.inputValue()).toBe('ASSIGN');
    expect(await theirs.isDisabled()).toBe(true);
    await window.screenshot('what happens by itself');

    const client = await site.clientOf(ann);
    const made = await client.tickets.create({ projectId: project.id, title: 'Oil the hinges', storyPoints: 1 });
    await expect
      .poll(async () => (await client.tickets.get({ ticketId: made.id })).assignees.length, { timeout: SOLVED_MS })
      .toBe(1);
    await window.page.getByLabel('When a ticket is made for nobody').selectOption('Nothing by itself');
    await expect.poll(() => theirs.inputValue()).toBe('OFF');
  });

  it('forgets what was taken meanwhile', async () => {
    const window = await openPlan(site.world.lead);
    await propose(window);
    await line(window, titles[3]!).getByRole('checkbox').check();
    const { ticket } = await ticketOf(titles[3]!);

    await (await site.clientOf(site.world.cyd)).assignments.claim({ ticketId: ticket.id });

    await expect.poll(() => line(window, titles[3]!).count()).toBe(0);
  });

  it('says in words why a choice was refused, and shows the list as it is', async () => {
    const { lead, admin, project } = site.world;
    const client = await site.clientOf(admin);
    await client.tickets.create({ projectId: project.id, title: 'Sweep the yard', storyPoints: 3 });
    const window = await openPlan(lead);
    await propose(window);
    const { items } = await client.developers.list({ projectId: project.id });
    for (const { id } of items) await client.developers.update({ developerId: id, patch: { capacity: 0 } });
    await line(window, 'Sweep the yard').getByRole('checkbox').check();

    await window.page.getByRole('button', { name: 'Approve' }).click();

    await window.page.getByRole('alert').getByText('Nothing was approved. Choose fewer, or plan again.').waitFor();
    await line(window, 'Sweep the yard').waitFor();

    // By hand it is given all the same, to somebody else, and that it is more than fits is said.
    const holder = line(window, 'Sweep the yard').getByLabel('Who gets');
    const proposed = await holder.locator('option:checked').textContent();
    const other = items.find(({ name }) => name !== proposed)!;
    await holder.selectOption(other.name);
    await line(window, 'Sweep the yard').getByText(`Chosen here instead of ${proposed}.`).waitFor();
    await window.screenshot('somebody else was chosen');
    await window.page.getByRole('button', { name: 'Approve' }).click();
    await window.page.getByText(`More than there is room for: ${other.name}.`).waitFor();
    expect((await ticketOf('Sweep the yard')).ticket).toMatchObject({ assigneeId: other.userId });
  });

  it('waits for the connection', async () => {
    const { ann, project } = site.world;
    const proxy = await aProxy(Number(new URL(site.url).port));
    const window = await site.open(ann, `#/${project.key}/plan`, { url: `http://127.0.0.1:${proxy.port}` });
    await window.page.getByRole('heading', { name: 'Proposals' }).waitFor();
    await window.connection('Live').waitFor();
    proxy.down(true);
    await window.page.getByText('Planning and deciding wait for the connection.').waitFor();
    expect(await window.page.getByRole('button', { name: 'Propose' }).isDisabled()).toBe(true);

    proxy.down(false);

    await window.connection('Live').waitFor({ timeout: 30_000 });
    await expect.poll(() => window.page.getByRole('button', { name: 'Propose' }).isEnabled()).toBe(true);
  });

  it('is reached from the board, and is not for customers', async () => {
    const { project, customer, ann } = site.world;
    const window = await site.open(ann, `#/${project.key}`);
    await window.page.getByRole('link', { name: 'Plan', exact: true }).click();
    await window.page.getByRole('heading', { name: 'Proposals' }).waitFor();
    const theirs = await site.open(customer, `#/${project.key}/plan`);
    await theirs.page.getByText('Only those who work in this project plan it.').waitFor();
  });
});
