import { useEffect, useState } from 'react';
import { statuses } from '../model.js';
import type { BoardTools } from './boardContext.js';
import { isFiltering, type BoardFilter } from './boardView.js';

const TYPING_MS = 250;
const HITS_MAX = 200;
const none: ReadonlySet<string> = new Set();

/**
 * Asks the server for tickets that the filter wants and that may not be on the board yet, and takes them in. Returns those
 * it found for the text: they show although the text may stand only in their description.
 */
export function useSearchHits({ client, store, viewer }: BoardTools, filter: BoardFilter): ReadonlySet<string> {
  const [found, setFound] = useState({ text: '', ids: none });
  const { text, holder } = filter;
  const userId = viewer.user.id;
  useEffect(() => {
    if (!isFiltering({ text, holder, sortBy: 'updatedAt' })) return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      const words = text.trim();
      const wanted = {
        ...(words ? { text: words } : {}),
        ...(holder === 'me' ? { assigneeId: userId } : {}),
        ...(holder === 'nobody' ? { unassigned: true, status: statuses.filter((s) => s !== 'CLOSED') } : {}),
      };
      client.tickets
        .list({ projectId: store.projectId, ...wanted, limit: HITS_MAX }, { signal: asking.signal })
        .then(({ items }) => {
          store.admit(items);
          setFound({ text, ids: new Set(items.map((ticket) => ticket.id)) });
        })
        // What is already on the board is filtered all the same.
        .catch(() => undefined);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [client, store, userId, text, holder]);
  return found.text === text && text.trim() !== '' ? found.ids : none;
}
