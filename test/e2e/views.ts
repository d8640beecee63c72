import { createComment } from '../../server/features/comments/commands/createComment.js';
import { linkTickets } from '../../server/features/tickets/commands/linkTickets.js';
import { tagTicket } from '../../server/features/tickets/commands/tagTicket.js';
import { aPrivateChannel, directly, say } from '../support/talk.js';
import { aTicket, type TicketWorld } from '../support/ticketWorld.js';
import type { BoardWindow } from './boardWindow.js';
import { fillSettings, fillWebhooks, settingsViews } from './settingsViews.js';

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

const inTalk = (show: View['show']): View => ({
  path: (key) => `#/${key}/talk`,
  show: async (window) => {
    await live(window);
    await channel(window).waitFor();
    await show(window);
  },
});
const channel = (window: BoardWindow) => window.page.getByRole('link', { name: /^incident/ });
const FULL = 'Nobody can send mail';
const openFull = async (window: BoardWindow) => {
  await window.page.getByRole('row').filter({ hasText: FULL }).getByRole('link').click();
  await window.panel.getByRole('heading', { name: FULL }).waitFor();
};
const fromMore = async (window: BoardWindow, choice: string) => {
  await window.panel.getByRole('button', { name: /^More for/ }).click();
  await window.page.getByRole('menuitem', { name: choice }).click();
  await window.page.locator('dialog[open]').waitFor();
};

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
  'a ticket with all that lies around it': onBoard(async (window) => {
    await openFull(window);
    await window.panel.getByRole('list', { name: 'Is blocked by' }).waitFor();
    await window.panel
      .getByLabel('Attach files')
      .setInputFiles([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('what was said') }]);
    await window.panel.getByRole('list', { name: 'Files' }).waitFor();
    await window.panel.getByRole('button', { name: 'Link a ticket' }).click();
    await window.panel.getByLabel('How it is linked').waitFor();
  }, '?view=list'),
  'a comment being edited': {
    ...onBoard(async (window) => {
      await openFull(window);
      await window.comments.getByRole('button', { name: /^Edit:/ }).click();
      await window.panel.getByLabel('Edit the note').fill('');
      await window.panel.getByRole('button', { name: 'Save' }).click();
      await window.panel.getByText('A comment needs some words.').waitFor();
    }, '?view=list'),
    as: 'lead',
  },
  'the conversation of a ticket': onBoard(async (window) => {
    await openFull(window);
    await window.panel.getByRole('button', { name: 'Conversation', exact: true }).click();
    await window.panel.getByText('Is anybody there?').waitFor();
    await window.panel.getByRole('textbox', { name: 'Write a message' }).scrollIntoViewIfNeeded();
  }, '?view=list'),
  'merging a ticket': onBoard(async (window) => {
    await openFull(window);
    await fromMore(window, 'Merge into…');
  }, '?view=list'),
  'splitting a ticket': onBoard(async (window) => {
    await openFull(window);
    await fromMore(window, 'Split…');
    await window.page.getByText('Comments that are copied').waitFor();
  }, '?view=list'),
  'before a ticket is deleted': {
    ...onBoard(async (window) => {
      await openFull(window);
      await fromMore(window, 'Delete…');
    }, '?view=list'),
    as: 'lead',
  },
  'before many are deleted': onBoard(async (window) => {
    for (const index of [1, 2]) await window.page.getByRole('checkbox').nth(index).check();
    await bar(window).getByRole('button', { name: 'Delete' }).click();
    await window.page.getByRole('dialog', { name: 'Delete 2 tickets?' }).waitFor();
  }, '?view=list'),
  'what is planned': {
    as: 'lead',
    path: (key) => `#/${key}/plan`,
    show: async (window) => {
      await live(window);
      await window.page.getByRole('button', { name: 'Propose' }).click();
      await window.page.getByText('Proven: there is no better plan.').waitFor();
      const first = window.page.getByRole('list', { name: 'Proposals' }).getByRole('listitem').first();
      await first.getByRole('checkbox').check();
      await first.getByText(/^Why/).click();
      await first.getByRole('heading', { name: 'What must hold' }).waitFor();
    },
  },
  conversations: inTalk((window) => window.page.getByText('Choose a conversation.').waitFor({ state: 'attached' })),
  'a channel with a thread': inTalk(async (window) => {
    await channel(window).click();
    await window.page.getByRole('button', { name: '2 answers' }).click();
    await window.page.getByRole('list', { name: 'Answers' }).getByText('Since nine.').waitFor();
  }),
  'a channel': inTalk(async (window) => {
    await channel(window).click();
    await window.page.getByRole('list', { name: 'Messages' }).getByText('The mail is slow.').waitFor();
  }),
  'the people of a channel': inTalk(async (window) => {
    await channel(window).click();
    await window.page.getByRole('button', { name: 'More for this channel' }).click();
    await window.page.getByRole('menuitem', { name: 'People…' }).click();
    await window.page.getByRole('list', { name: 'People in the channel' }).getByText('Bob Agent').waitFor();
  }),
  'a new channel': inTalk(async (window) => {
    await window.page.getByRole('button', { name: 'New channel' }).click();
    await window.page.getByRole('dialog', { name: 'New channel' }).waitFor();
  }),
  'notifications, and which of them one wants': {
    path: () => '',
    show: async (window) => {
      await window.page.getByRole('button', { name: /^Notifications/ }).click();
      await window.page.getByRole('list', { name: 'Notifications' }).waitFor();
      await window.page.getByRole('button', { name: 'What I am told of' }).click();
      await window.page.getByRole('checkbox').first().waitFor();
    },
  },
  'what was found': {
    path: () => '#/search/invoice',
    show: (window) => window.page.getByRole('list', { name: 'What was found' }).getByRole('link').first().waitFor(),
  },
  'nothing found': {
    path: () => '#/search/nothing-is-called-that',
    show: (window) => window.page.getByText('Nothing was found.').waitFor(),
  },
  administration: {
    as: 'admin',
    path: () => '#/admin',
    show: async (window) => {
      await window.page.getByRole('region', { name: 'Audit, scrollable' }).waitFor();
      await window.page.getByRole('table', { name: 'By status' }).waitFor();
    },
  },
  ...settingsViews,
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
  await fillWebhooks(world);
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
  await fillAround(world);
  await fillSettings(world);
}

/** A ticket with everything around it, what is said, and what people are told. */
async function fillAround(world: TicketWorld): Promise<void> {
  const { deps, ann, bob, lead } = world;
  const full = await aTicket(world, { title: FULL, assigneeId: ann.userId, priority: 'URGENT' }, lead);
  const cause = await aTicket(world, { title: 'The directory is down' });
  await aTicket(world, { title: 'Tell the customers', parentId: full.id });
  await tagTicket(deps, ann, { ticketId: full.id, tags: ['mail', 'outage', 'customers wait'] });
  await linkTickets(deps, ann, { ticketId: cause.id, otherId: full.id, type: 'BLOCKS' });
  const content = `@[Ann Agent](${ann.userId}) can you look?`;
  await createComment(deps, bob, { ticketId: full.id, content, visibility: 'INTERNAL' });
  await say(world, bob, { id: full.conversationId }, 'Is anybody there?');
  await directly(world, ann, bob);
  const incident = await aPrivateChannel(world, [bob], { name: 'incident-7', description: 'Until the mail is back' });
  const first = await say(world, bob, incident, 'The mail is slow.');
  await say(world, bob, incident, 'Since when, does anybody know?');
  await say(world, ann, incident, 'Since nine.', { parentId: first.id });
  await say(world, bob, incident, 'I look at the relay.', { parentId: first.id });
}

const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
