import { useMemo, type RefObject } from 'react';

export interface Reveal {
  /** Tells how a lane scrolls to one of its rows; returns what forgets it. */
  readonly register: (laneId: string, scrollTo: (index: number) => void) => () => void;
  /** Puts the focus on a ticket, scrolling to where it is when it is not drawn. */
  readonly focus: (laneId: string, index: number, ticketId: string) => void;
}

/** After this many frames a row that was scrolled to is not coming. */
const FRAMES_MAX = 10;

export function useReveal(root: RefObject<HTMLElement | null>): Reveal {
  return useMemo(() => {
    const lanes = new Map<string, (index: number) => void>();
    const focusSoon = (ticketId: string, frames: number) => {
      const link = root.current && linkOf(root.current, ticketId);
      if (link) focusLink(link);
      else if (frames > 0) requestAnimationFrame(() => focusSoon(ticketId, frames - 1));
    };
    return {
      register: (laneId, scrollTo) => {
        lanes.set(laneId, scrollTo);
        return () => lanes.delete(laneId);
      },
      focus: (laneId, index, ticketId) => {
        if (root.current && !linkOf(root.current, ticketId)) lanes.get(laneId)?.(index);
        focusSoon(ticketId, FRAMES_MAX);
      },
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
