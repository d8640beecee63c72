import { createContext, useContext } from 'react';
import type { Viewer } from '../model.js';
import type { BatonClient, Ticket } from '../sdk.js';
import type { Command } from '../palette/entries.js';
import type { Toasts } from '../ui/toasts.js';
import type { BoardActions } from './boardActions.js';
import type { BoardState } from './boardState.js';
import type { BoardStore } from './boardStore.js';

/** What is open over the board. At most one at a time. */
export type Popup =
  | { readonly kind: 'status'; readonly ticket: Ticket; readonly anchor: HTMLElement }
  | { readonly kind: 'assign'; readonly ticket: Ticket; readonly fromAssignmentId: string | null }
  /** `conversationId`: the one that it is opened from. */
  | { readonly kind: 'create'; readonly conversationId?: string }
  | { readonly kind: 'edit'; readonly ticket: Ticket }
  | { readonly kind: 'help' }
  | { readonly kind: 'palette'; readonly commands: readonly Command[] };

/** The tools of one board; the same object for as long as it is open. */
export interface BoardTools {
  readonly client: BatonClient;
  readonly store: BoardStore;
  readonly actions: BoardActions;
  readonly toasts: Toasts;
  readonly viewer: Viewer;
  readonly projectKey: string;
  readonly open: (popup: Popup) => void;
}

export const BoardToolsContext = createContext<BoardTools | null>(null);

export function useBoardTools(): BoardTools {
  const tools = useContext(BoardToolsContext);
  if (!tools) throw new Error('Only inside a board');
  return tools;
}

/** The names that sentences about this board use. */
export const namesFor = (state: BoardState, viewer: Viewer) => ({
  keyOf: (ticketId: string) => state.tickets.get(ticketId)?.key,
  viewerId: viewer.user.id,
});
