import { aTicket, type TicketWorld } from '../support/ticketWorld.js';
import type { BoardWindow } from './boardWindow.js';

/** Something to look at: where it is, as whom, and what brings it up. Checked by accessibility.test.ts, which also draws it when asked to. */
export interface View {
  readonly as?: 'ann' | 'customer' | 'admin' | 'lead';
  readonly path: (projectKey: string) => string;
  /** Brings it up, and waits until it is there. */
  readonly show: (window: BoardWindow) => Promise<unknown>;
}

const live = (window: BoardWindow) => window.connection('Live').waitFor();
const onBoard = (show: View['show'], search = ''): View => ({
  path: (key) => `${search}#/${key}`,
  show: async (window) => {
    await live(window);
    // The connection may stand before the board does.
    await window.page.getByRole('group', { name: 'Board tools' }).waitFor();
    await show(window);
  },
});
const palette = (window: BoardWindow) => window.page.getByRole('combobox', { name: /^Find a command/ });
const bar = (window: BoardWindow) => window.page.getByRole('group', { name: 'Selection' });

/** Every view that people come to. A new one is a new row. */
export const views = {
  columns: onBoard((window) => window.column('Open').getByRole('link').first().waitFor()),
  list: onBoard((window) => window.page.getByRole('row').nth(5).waitFor(), '?view=list'),
  'a filter': onBoard(async (window) => {
    await window.page.getByRole('button', { name: /^Priority: Urgent, High/ }).click();
    await window.page.getByRole('menuitemcheckbox').first().waitFor();
  }, '?priority=HIGH&priority=URGENT'),
  'nothing that matches': onBoard(
    (window) => window.page.getByRole('heading', { name: 'No ticket matches' }).waitFor(),
    '?view=list&q=nothing-is-called-that',
  ),
  'the palette': onBoard(async (window) => {
    await window.press('Control+k');
    await palette(window).waitFor();
  }),
  'the palette, searching': onBoard(async (window) => {
    await window.press('Control+k');
    await palette(window).fill('invoice');
    await window.page
      .getByRole('option', { name: /invoice/i })
      .first()
      .waitFor();
  }, '?view=list'),
  'a selection in the list': onBoard(async (window) => {
    for (const index of [1, 2, 3, 4]) await window.page.getByRole('checkbox').nth(index).check();
    await bar(window).getByText('4 selected').waitFor();
  }, '?view=list'),
  'a selection in columns': onBoard(async (window) => {
    await window.column('Open').getByRole('link').first().focus();
    await window.press('x');
    await bar(window).getByText('1 selected').waitFor();
  }),
  'what failed for many': onBoard(async (window) => {
    for (const index of [1, 2]) await window.page.getByRole('checkbox').nth(index).check();
    await bar(window).getByRole('button', { name: 'Assign' }).click();
    await window.page.getByRole('button', { name: /^Assign to/ }).click();
    await window.page.getByRole('list', { name: 'What failed' }).waitFor();
  }, '?status=CLOSED&view=list'),
  help: onBoard(async (window) => {
    await window.press('?');
    await window.page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  }),
  'a new ticket': onBoard(async (window) => {
    await window.press('n');
    await window.page.getByRole('dialog', { name: 'New ticket' }).waitFor();
  }),
  'a ticket': onBoard(async (window) => {
    await window.page.getByRole('row').nth(3).getByRole('link').click();
    await window.panel.getByRole('heading', { level: 2 }).waitFor();
  }, '?view=list'),
  'a ticket with who held it, and a description being written': onBoard(async (window) => {
    await window.page.getByRole('row').nth(3).getByRole('link').click();
    await window.panel.getByText('Who held it when').click();
    await window.panel.getByRole('button', { name: 'Edit description' }).click();
    await window.panel.getByLabel('Description').waitFor();
  }, '?view=list'),
  administration: {
    as: 'admin',
    path: () => '#/admin',
    show: async (window) => {
      await window.page.getByRole('region', { name: 'Audit, scrollable' }).waitFor();
      await window.page.getByRole('table', { name: 'By status' }).waitFor();
    },
  },
  'an empty board': {
    ...onBoard((window) => window.page.getByRole('heading', { name: 'No tickets yet' }).waitFor()),
    as: 'customer',
  },
  projects: { path: () => '', show: (window) => window.page.getByRole('heading', { name: 'Projects' }).waitFor() },
  'a project that is not there': {
    path: () => '#/NOWHERE',
    show: (window) => window.page.getByRole('alert').filter({ hasText: 'NOWHERE' }).waitFor(),
  },
} as const satisfies Record<string, View>;

const titles = [
  'Invoice 54841 was charged twice',
  'Printer prints blank pages',
  'VPN drops every 29 minutes at Baker & Sons',
  'Show the local time beside their tickets',
  'Nightly backup ran into its time limit',
  'Keyboard shortcuts on the customer portal',
  'Wrong VAT number on invoice 98046',
];
const statuses = ['OPEN', 'IN_PROGRESS', 'REVIEW', 'RESOLVED', 'CLOSED'] as const;
const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const;

/** A board with some of everything: statuses, priorities, holders, dates that have passed and that come. */
export async function fillExampleBoard(world: TicketWorld): Promise<void> {
  const people = [world.ann, world.bob, null];
  for (let index = 0; index < 40; index++) {
    const status = statuses[index % statuses.length] ?? 'OPEN';
    const person = status === 'CLOSED' ? null : people[index % people.length];
    await aTicket(world, {
      title: titles[index % titles.length] ?? '',
      status,
      priority: priorities[index % priorities.length] ?? 'LOW',
      ...(person ? { assigneeId: person.userId } : {}),
      ...(index % 3 === 0 ? { dueDate: dayFromNow(index - 15) } : {}),
      ...(index % 4 === 0 ? { storyPoints: index % 8, waitingOn: 'CUSTOMER' as const } : {}),
    });
  }
}

const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
