import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { BoardStore } from './boardStore.js';
import { linkOf, ticketIdOf } from './useReveal.js';

interface Place {
  readonly status: string | undefined;
  readonly rect: DOMRect;
}
const MOVE: KeyframeAnimationOptions = { duration: 380, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' };
/** More than this at once is a reload, not somebody's move. */
const MOVES_MAX = 12;

/**
 * Lets cards travel to their new place instead of jumping, flashes those that somebody else touched, and keeps the focus on a
 * card that moved to another column. Where cards were is measured when the store tells a change, before React draws it.
 */
export function useCardMotion(root: RefObject<HTMLElement | null>, store: BoardStore, viewerId: string): void {
  const before = useRef<ReadonlyMap<string, Place> | null>(null);
  const touched = useRef(new Set<string>());
  const focused = useRef<string | null>(null);

  useEffect(() => {
    const endWatch = store.watch((event) => {
      if (event.ticketId && event.actor?.id !== viewerId) touched.current.add(event.ticketId);
    });
    const endSubscription = store.subscribe(() => {
      if (!root.current) return;
      // A card that was dropped is already where the hand let it go.
      const isDrop = root.current.querySelector('[data-dropping]') !== null;
      before.current ??= isDrop ? new Map() : measure(root.current);
      focused.current ??= ticketIdOf(document.activeElement);
    });
    return () => {
      endWatch();
      endSubscription();
    };
  }, [root, store, viewerId]);

  useLayoutEffect(() => {
    if (!root.current || !before.current) return;
    const moved = moves(root.current, before.current);
    if (moved.length <= MOVES_MAX && !matchMedia('(prefers-reduced-motion: reduce)').matches) moved.forEach(travel);
    for (const id of touched.current) flash(cardOf(root.current, id));
    if (focused.current && document.activeElement === document.body) linkOf(root.current, focused.current)?.focus();
    before.current = null;
    focused.current = null;
    touched.current.clear();
  });
}

const cardsOf = (root: HTMLElement) => root.querySelectorAll<HTMLElement>('.card[data-ticket]');
const cardOf = (root: HTMLElement, id: string) => root.querySelector<HTMLElement>(`[data-ticket="${CSS.escape(id)}"]`);

function measure(root: HTMLElement): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const card of cardsOf(root)) {
    const { ticket, status } = card.dataset;
    if (ticket) places.set(ticket, { status, rect: card.getBoundingClientRect() });
  }
  return places;
}

interface Move {
  readonly card: HTMLElement;
  readonly from: DOMRect;
}

/** Cards that changed their column; those that only made room need no journey. */
function moves(root: HTMLElement, before: ReadonlyMap<string, Place>): Move[] {
  const found: Move[] = [];
  for (const card of cardsOf(root)) {
    const place = before.get(card.dataset['ticket'] ?? '');
    if (place && place.status !== card.dataset['status']) found.push({ card, from: place.rect });
  }
  return found;
}

/** A copy travels over the page, since the columns clip what leaves them; the card itself waits at its new place. */
function travel({ card, from }: Move): void {
  const to = card.getBoundingClientRect();
  const copy = card.cloneNode(true) as HTMLElement;
  copy.className = 'card card-travelling';
  copy.removeAttribute('data-ticket');
  copy.inert = true;
  Object.assign(copy.style, { left: `${from.left}px`, top: `${from.top}px`, width: `${from.width}px` });
  document.body.append(copy);
  card.style.opacity = '0';
  const journey = copy.animate(
    [{ transform: 'none' }, { transform: `translate(${to.left - from.left}px, ${to.top - from.top}px)` }],
    MOVE,
  );
  const arrive = () => {
    copy.remove();
    card.style.opacity = '';
  };
  journey.finished.then(arrive, arrive);
}

function flash(card: HTMLElement | null): void {
  if (!card) return;
  delete card.dataset['flash'];
  // Reading the layout between the two starts the animation again for a second touch.
  void card.offsetWidth;
  card.dataset['flash'] = '';
}
