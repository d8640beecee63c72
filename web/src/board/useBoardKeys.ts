import { useEffect, type RefObject } from 'react';
import type { Bulk } from '../bulk/useBulk.js';
import type { Selected } from '../bulk/useSelection.js';
import { boardCommands } from '../palette/boardCommands.js';
import type { BoardQuery } from '../filter/boardFilter.js';
import type { SetQuery } from '../filter/useBoardQuery.js';
import { statuses } from '../model.js';
import type { Ticket } from '../sdk.js';
import { go, pathTo, searchPath } from '../ui/useRoute.js';
import type { BoardTools } from './boardContext.js';
import { neighbour, type Lane } from './lanes.js';
import { primaryOf } from './primaryOf.js';
import type { Reveal } from './useReveal.js';

/** What the help dialog lists; the handlers below do it. */
export const boardKeys = [
  { keys: ['Ctrl', 'K'], does: 'Find anything: commands, tickets, people' },
  { keys: ['←', '→', '↑', '↓'], does: 'Go from ticket to ticket' },
  { keys: ['Enter'], does: 'Open the ticket' },
  { keys: ['C'], does: 'Claim it' },
  { keys: ['A'], does: 'Assign it, or pass it on' },
  { keys: ['S'], does: 'Change its status (then 1–5)' },
  { keys: ['Shift', '←', '→'], does: 'Move it one column' },
  { keys: ['Ctrl', 'Z'], does: 'Take back what you did last (⌘ Z on a Mac)' },
  { keys: ['X'], does: 'Select it; with Shift, all up to it' },
  { keys: ['Ctrl', 'A'], does: 'Select all that are shown' },
  { keys: ['S', 'P', 'A', 'Del'], does: 'With a selection: status, priority, assign, delete' },
  { keys: ['N'], does: 'New ticket' },
  { keys: ['/'], does: 'Search this board' },
  { keys: ['F'], does: 'Search everything' },
  { keys: ['V'], does: 'Columns or list' },
  { keys: ['?'], does: 'This help' },
  { keys: ['Esc'], does: 'Close what is open, drop the selection' },
] as const;

interface Options {
  readonly search: RefObject<HTMLInputElement | null>;
  readonly tools: BoardTools;
  readonly lanes: readonly Lane[];
  readonly reveal: Reveal;
  readonly selected: Selected;
  readonly bulk: Bulk;
  /** The ticket of the open panel: keys mean it when no card has the focus. */
  readonly openTicket: Ticket | undefined;
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
  readonly toggleFeed: () => void;
}

/** Answers whether the key meant something. */
type Handler = (event: KeyboardEvent, options: Options) => boolean;

/** Single letters work wherever nobody is typing; with a modifier they stay the browser's, but for two. Returns what opens the palette. */
export function useBoardKeys(options: Options): () => void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (!(isCommand && event.key === 'k') && isBusy(event.target)) return;
      const handlers = isCommand ? [onCommand] : [anywhere, onArrow, onTicket];
      if (handlers.some((handle) => handle(event, options))) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
  return () => openPalette(options);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open], [popover]:popover-open')) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;
}

const onCommand: Handler = (event, options) => {
  const { tools, selected } = options;
  if (event.key === 'k' && !document.querySelector('dialog[open]')) openPalette(options);
  else if (event.key === 'a' && tools.viewer.isStaff) selected.pickAll();
  else return false;
  return true;
};

/** With what can be done to the ticket at hand, or to the selection. */
function openPalette(options: Options): void {
  const commands = boardCommands(options, ticketAtHand(options));
  options.tools.open({ kind: 'palette', commands });
}

const anywhere: Handler = ({ key }, { tools: { open }, search, query, setQuery, selected }) => {
  if (key === 'n') open({ kind: 'create' });
  else if (key === '?') open({ kind: 'help' });
  else if (key === '/') search.current?.focus();
  else if (key === 'f') go(pathTo(searchPath));
  else if (key === 'v') setQuery({ layout: query.layout === 'list' ? 'columns' : 'list' });
  else if (key === 'Escape' && selected.tickets.length > 0) selected.clear();
  else return false;
  return true;
};

const onArrow: Handler = ({ key, shiftKey }, { lanes, reveal }) => {
  if (shiftKey) return false;
  if (key !== 'ArrowUp' && key !== 'ArrowDown' && key !== 'ArrowLeft' && key !== 'ArrowRight') return false;
  const ticket = neighbour(lanes, reveal.current() ?? reveal.last(), key);
  const lane = ticket && lanes.find(({ tickets }) => tickets.includes(ticket));
  if (lane) reveal.focus(lane.id, lane.tickets.indexOf(ticket), ticket.id);
  return true;
};

/** The one that has the focus, else the one that is open. */
function ticketAtHand({ lanes, reveal, openTicket }: Options): Ticket | undefined {
  const id = reveal.current();
  return id === null ? openTicket : lanes.flatMap(({ tickets }) => tickets).find((one) => one.id === id);
}

const questions = { s: 'status', p: 'priority', a: 'assign', Delete: 'delete' } as const;

const onTicket: Handler = (event, options) => {
  const { tools, selected, bulk } = options;
  if (!tools.viewer.isStaff) return false;
  const question = Object.entries(questions).find(([key]) => key === event.key)?.[1];
  if (question && selected.tickets.length > 0) {
    bulk.ask(question);
    return true;
  }
  const ticket = ticketAtHand(options);
  if (!ticket) return false;
  if (event.key.toLowerCase() !== 'x') return act(event, ticket, tools);
  selected.pick(ticket.id, event.shiftKey);
  return true;
};

function act(event: KeyboardEvent, ticket: Ticket, { actions, open }: BoardTools): boolean {
  const anchor = document.activeElement instanceof HTMLElement ? document.activeElement : document.body;
  if (event.key === 'c') void actions.claim(ticket);
  else if (event.key === 'a') open({ kind: 'assign', ticket, fromAssignmentId: primaryOf(ticket) });
  else if (event.key === 's') open({ kind: 'status', ticket, anchor });
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const status = statuses[statuses.indexOf(ticket.status) + (event.key === 'ArrowLeft' ? -1 : 1)];
    if (!status) return false;
    void actions.move(ticket, status);
  } else return false;
  return true;
}
