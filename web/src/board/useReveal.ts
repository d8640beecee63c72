import { useMemo, type RefObject } from 'react';

/** After this many frames a row that was scrolled to is not coming. */
const FRAMES_MAX = 10;

/** Puts the focus on tickets, drawn or not. */
export class Reveal {
  private readonly lanes = new Map<string, (index: number) => void>();
  private pendingId: string | null = null;
  private lastId: string | null = null;

  constructor(private readonly root: RefObject<HTMLElement | null>) {}

  /** Tells how a lane scrolls to one of its rows; returns what forgets it. */
  readonly register = (laneId: string, scrollTo: (index: number) => void): (() => void) => {
    this.lanes.set(laneId, scrollTo);
    return () => this.lanes.delete(laneId);
  };

  /** Puts the focus on a ticket, scrolling to where it is when it is not drawn. */
  readonly focus = (laneId: string, index: number, ticketId: string): void => {
    this.pendingId = this.lastId = ticketId;
    const root = this.root.current;
    if (root && !linkOf(root, ticketId)) this.lanes.get(laneId)?.(index);
    this.focusSoon(ticketId, FRAMES_MAX);
  };

  /** The ticket that has the focus, or will have it in a frame or two: keys come faster than frames. */
  readonly current = (): string | null => this.pendingId ?? ticketIdOf(document.activeElement);

  /** The one that had it last, perhaps scrolled out of what is drawn since. */
  readonly last = (): string | null => this.lastId;

  private focusSoon(ticketId: string, frames: number): void {
    // Another was wanted meanwhile.
    if (this.pendingId !== ticketId) return;
    const root = this.root.current;
    const link = root && linkOf(root, ticketId);
    if (link) focusLink(link);
    else if (frames > 0) return void requestAnimationFrame(() => this.focusSoon(ticketId, frames - 1));
    this.pendingId = null;
  }
}

export const useReveal = (root: RefObject<HTMLElement | null>): Reveal => useMemo(() => new Reveal(root), [root]);

function focusLink(link: HTMLElement): void {
  link.focus({ preventScroll: true });
  link.closest('[data-ticket]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** The link of a ticket that is drawn, as a card or as a row. */
export const linkOf = (root: HTMLElement, ticketId: string): HTMLElement | null =>
  root.querySelector<HTMLElement>(`[data-ticket="${CSS.escape(ticketId)}"] a`);

/** The ticket that an element belongs to. */
export const ticketIdOf = (element: Element | null): string | null =>
  element?.closest<HTMLElement>('[data-ticket]')?.dataset['ticket'] ?? null;
