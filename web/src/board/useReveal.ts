import { useMemo, type RefObject } from 'react';

export interface Reveal {
  /** Tells how a lane scrolls to one of its rows; returns what forgets it. */
  readonly register: (laneId: string, scrollTo: (index: number) => void) => () => void;
  /** Puts the focus on a ticket, scrolling to where it is when it is not drawn. */
  readonly focus: (laneId: string, index: number, ticketId: string) => void;
  /** The ticket that has the focus, or will have it in a frame or two: keys come faster than frames. */
  readonly current: () => string | null;
  /** The one that had it last, perhaps scrolled out of what is drawn since. */
  readonly last: () => string | null;
}

/** After this many frames a row that was scrolled to is not coming. */
const FRAMES_MAX = 10;

export function useReveal(root: RefObject<HTMLElement | null>): Reveal {
  return useMemo(() => {
    const lanes = new Map<string, (index: number) => void>();
    let pendingId: string | null = null;
    let lastId: string | null = null;
    const focusSoon = (ticketId: string, frames: number) => {
      // Another was wanted meanwhile.
      if (pendingId !== ticketId) return;
      const link = root.current && linkOf(root.current, ticketId);
      if (link) focusLink(link);
      else if (frames > 0) return void requestAnimationFrame(() => focusSoon(ticketId, frames - 1));
      pendingId = null;
    };
    return {
      register: (laneId, scrollTo) => {
        lanes.set(laneId, scrollTo);
        return () => lanes.delete(laneId);
      },
      focus: (laneId, index, ticketId) => {
        pendingId = lastId = ticketId;
        if (root.current && !linkOf(root.current, ticketId)) lanes.get(laneId)?.(index);
        focusSoon(ticketId, FRAMES_MAX);
      },
      current: () => pendingId ?? ticketIdOf(document.activeElement),
      last: () => lastId,
    };
  }, [root]);
}

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
