import type { BoardTools } from '../board/boardContext.js';
import { primaryOf } from '../board/primaryOf.js';
import { moveAll, prioritiseAll, ticketsText } from '../bulk/bulkChanges.js';
import type { Bulk } from '../bulk/useBulk.js';
import type { Selected } from '../bulk/useSelection.js';
import { firstDirection, noFilter, type BoardQuery, type SortBy } from '../filter/boardFilter.js';
import type { SetQuery } from '../filter/useBoardQuery.js';
import { priorities, priorityNames, statuses, statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { sectionsFor } from '../settings/settingsSections.js';
import { go, pathTo, planPath, searchPath, settingsPath, talkPath } from '../ui/useRoute.js';
import type { Command } from './entries.js';

export interface Place {
  readonly tools: BoardTools;
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
  readonly selected: Selected;
  readonly bulk: Bulk;
  readonly toggleFeed: () => void;
}

/** All that can be done on a board, what concerns the selection or the ticket at hand first. */
export function boardCommands(place: Place, ticket: Ticket | undefined): readonly Command[] {
  const { tools, selected } = place;
  const isStaff = tools.viewer.isStaff;
  return [
    ...(isStaff && selected.tickets.length > 0 ? selectionCommands(place) : []),
    ...(isStaff && ticket && selected.tickets.length === 0 ? ticketCommands(place, ticket) : []),
    ...viewCommands(place),
    { name: 'Conversations', icon: 'talk', run: () => go(pathTo(tools.projectKey, talkPath)) },
    ...(isStaff ? [planCommand(tools.projectKey)] : []),
    ...settingsCommands(tools),
    { name: 'Search everything', icon: 'search', keys: ['F'], run: () => go(pathTo(searchPath)) },
    { name: 'All projects', icon: 'folder', run: () => go(pathTo()) },
    { name: 'Keyboard help', icon: 'keyboard', keys: ['?'], run: () => tools.open({ kind: 'help' }) },
    { name: 'Sign out', icon: 'exit', run: () => void tools.client.logout() },
  ];
}

const planCommand = (projectKey: string): Command => ({
  name: 'Plan who should have what',
  icon: 'plan',
  run: () => go(pathTo(projectKey, planPath)),
});

const settingsCommands = ({ viewer, projectKey }: BoardTools): readonly Command[] =>
  sectionsFor(viewer).map(({ path, name, icon }) => ({
    name: `Settings: ${name}`,
    icon,
    run: () => go(pathTo(projectKey, settingsPath, path)),
  }));

function selectionCommands({ selected, bulk }: Place): readonly Command[] {
  const { tickets } = selected;
  const them = ticketsText(tickets.length);
  return [
    ...changeCommands(tickets, them, bulk),
    { name: `Assign ${them}`, icon: 'person', run: () => bulk.ask('assign') },
    { name: `Delete ${them}`, icon: 'trash', run: () => bulk.ask('delete') },
    { name: 'Clear selection', icon: 'close', keys: ['Esc'], run: selected.clear },
  ];
}

function ticketCommands({ tools: { actions, open }, bulk }: Place, ticket: Ticket): readonly Command[] {
  const { key } = ticket;
  return [
    { name: `Claim ${key}`, icon: 'hand', keys: ['C'], run: () => void actions.claim(ticket) },
    {
      name: `Assign ${key}`,
      icon: 'person',
      keys: ['A'],
      run: () => open({ kind: 'assign', ticket, fromAssignmentId: primaryOf(ticket) }),
    },
    { name: `Edit ${key}`, icon: 'edit', run: () => open({ kind: 'edit', ticket }) },
    ...changeCommands([ticket], key, bulk),
  ];
}

const changeCommands = (tickets: readonly Ticket[], them: string, bulk: Bulk): readonly Command[] => [
  ...statuses.map((status): Command => ({
    name: `Move ${them} to ${statusNames[status]}`,
    icon: 'move',
    run: () => bulk.run(tickets, moveAll(status)),
  })),
  ...priorities.map((priority): Command => ({
    name: `Set ${them} to ${priorityNames[priority].toLowerCase()} priority`,
    icon: 'high',
    run: () => bulk.run(tickets, prioritiseAll(priority)),
  })),
];

const sortNames: Readonly<Record<SortBy, string>> = {
  updatedAt: 'latest change',
  createdAt: 'newest',
  priority: 'priority',
  dueDate: 'due date',
};

function viewCommands({ tools, query, setQuery, selected, toggleFeed }: Place): readonly Command[] {
  const { filter, layout } = query;
  const isList = layout === 'list';
  const show = (name: string, change: Partial<BoardQuery['filter']>): Command => ({
    name,
    icon: 'filter',
    run: () => setQuery({ filter: { ...filter, ...change } }),
  });
  const forStaff: readonly Command[] = [
    show('Show my tickets', { assignee: 'me' }),
    show('Show tickets nobody holds', { assignee: 'nobody' }),
    { name: 'Select all that are shown', icon: 'check', keys: ['Ctrl', 'A'], run: selected.pickAll },
  ];
  return [
    { name: 'New ticket', icon: 'plus', keys: ['N'], run: () => tools.open({ kind: 'create' }) },
    {
      name: isList ? 'Show as columns' : 'Show as list',
      icon: isList ? 'columns' : 'list',
      keys: ['V'],
      run: () => setQuery({ layout: isList ? 'columns' : 'list' }),
    },
    ...(tools.viewer.isStaff ? forStaff : []),
    show('Show overdue tickets', { due: 'overdue' }),
    show('Show urgent tickets', { priority: ['URGENT'] }),
    { name: 'Clear filters', icon: 'close', run: () => setQuery({ filter: noFilter }) },
    ...(Object.keys(sortNames) as SortBy[]).map((by): Command => ({
      name: `Sort by ${sortNames[by]}`,
      icon: 'list',
      run: () => setQuery({ sort: { by, dir: firstDirection[by] } }),
    })),
    { name: 'Show or hide activity', icon: 'pulse', run: toggleFeed },
  ];
}
