import { useEffect } from 'react';
import { namesFor, useBoardTools } from '../board/boardContext.js';
import { isWorthTelling } from '../board/boardReducer.js';
import type { ProjectEvent } from '../sdk.js';
import { concerns, newsText } from './newsText.js';

/** What happens within this time of the first thing is told together. */
const TOGETHER_MS = 1_200;

/** Tells quietly what others do to the tickets one holds or looks at. */
export function useNews(openKey: string | null): void {
  const { store, viewer, toasts } = useBoardTools();
  useEffect(() => {
    let waiting: ProjectEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      const { state } = store.get();
      if (state) for (const text of newsText(waiting, namesFor(state, viewer))) toasts.show('news', text);
      waiting = [];
    };
    const end = store.watch((event) => {
      const ticket = store.get().state?.tickets.get(event.ticketId ?? '');
      if (!isWorthTelling(event) || !concerns(event, ticket, { viewerId: viewer.user.id, openKey })) return;
      waiting.push(event);
      timer ??= setTimeout(tell, TOGETHER_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
      tell();
    };
  }, [store, viewer, toasts, openKey]);
}
