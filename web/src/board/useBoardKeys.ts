import { useEffect, type RefObject } from 'react';
import { statuses } from '../model.js';
import type { Ticket } from '../sdk.js';
import type { BoardTools } from './boardContext.js';

/** What the help dialog lists; the handlers below do it. */
export const boardKeys = [
  { keys: ['←', '→', '↑', '↓'], does: 'Go from card to card' },
  { keys: ['Enter'], does: 'Open the ticket' },
  { keys: ['C'], does: 'Claim it' },
  { keys: ['A'], does: 'Assign it, or pass it on' },
  { keys: ['S'], does: 'Change its status (then 1–5)' },
  { keys: ['Shift', '←', '→'], does: 'Move it one column' },
  { keys: ['Ctrl', 'Z'], does: 'Take back what you did last (⌘ Z on a Mac)' },
  { keys: ['N'], does: 'New ticket' },
  { keys: ['/'], does: 'Search' },
  { keys: ['?'], does: 'This help' },
  { keys: ['Esc'], does: 'Close what is open' },
] as const;

interface Options {
  readonly board: RefObject<HTMLElement | null>;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly tools: BoardTools;
  readonly ticketOf: (id: string) => Ticket | undefined;
  /** The ticket of the open panel: keys mean it when no card has the focus. */
  readonly openTicket: Ticket | undefined;
}

/** Single letters work wherever nobody is typing; with a modifier they stay the browser's. */
export function useBoardKeys({ board, search, tools, ticketOf, openTicket }: Options): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const handled = anywhere(event.key, tools, search.current) || onTicket(event);
      if (handled) event.preventDefault();
    };
    const onTicket = (event: KeyboardEvent): boolean => {
      if (!board.current) return false;
      const card = document.activeElement?.closest<HTMLElement>('[data-ticket]') ?? null;
      if (event.key.startsWith('Arrow') && !event.shiftKey) return goTo(board.current, card, event.key);
      const ticket = card ? ticketOf(card.dataset['ticket'] ?? '') : openTicket;
      return ticket !== undefined && tools.viewer.isStaff && act(event, ticket, tools);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [board, search, tools, ticketOf, openTicket]);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open], [popover]:popover-open')) return true;
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function anywhere(key: string, { open }: BoardTools, search: HTMLInputElement | null): boolean {
  if (key === 'n') open({ kind: 'create' });
  else if (key === '?') open({ kind: 'help' });
  else if (key === '/') search?.focus();
  else return false;
  return true;
}

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

/** Assigning a ticket that somebody holds means passing it on. */
export const primaryOf = (ticket: Ticket): string | null =>
  ticket.assignees.find((assignee) => assignee.isPrimary)?.assignmentId ?? null;

/** Up and down within the column, left and right to the nearest column with cards, at the same height. */
function goTo(board: HTMLElement, card: HTMLElement | null, key: string): boolean {
  const columns = [...board.querySelectorAll('section')].map((c) => [
    ...c.querySelectorAll<HTMLElement>('[data-ticket]'),
  ]);
  const column = columns.findIndex((cards) => card !== null && cards.includes(card));
  if (!card || column < 0) return focusCard(columns.flat()[0]);
  const row = columns[column]?.indexOf(card) ?? 0;
  if (key === 'ArrowUp') return focusCard(columns[column]?.[row - 1]);
  if (key === 'ArrowDown') return focusCard(columns[column]?.[row + 1]);
  const beside = key === 'ArrowRight' ? columns.slice(column + 1) : columns.slice(0, column).toReversed();
  const next = beside.find((cards) => cards.length > 0);
  return focusCard(next?.[Math.min(row, next.length - 1)]);
}

function focusCard(card: HTMLElement | undefined): boolean {
  const link = card?.querySelector<HTMLElement>('h3 a');
  link?.focus();
  card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return true;
}
