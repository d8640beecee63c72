import { useEffect, useState } from 'react';
import type { BatonClient } from '../sdk.js';

/** Events come in bursts: what they changed is counted once they pause. */
const AGAIN_MS = 150;

/** How many notifications one has not read, and a number that moves whenever they change. */
export function useUnread(client: BatonClient): { readonly unread: number; readonly moved: number } {
  const [count, setCount] = useState({ unread: 0, moved: 0 });
  useEffect(() => {
    const reading = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      client.notifications.list({ limit: 1, unreadOnly: true }, { signal: reading.signal }).then(
        ({ unreadCount }) => setCount(({ moved }) => ({ unread: unreadCount, moved: moved + 1 })),
        // The next event, or the next connection, asks again.
        () => undefined,
      );
    };
    const feed = client.live.me(
      {},
      {
        onReady: read,
        onResync: read,
        onEvent: ({ type }) => {
          if (!type.startsWith('notification.') && !type.startsWith('member.')) return;
          clearTimeout(timer);
          timer = setTimeout(read, AGAIN_MS);
        },
      },
    );
    return () => {
      feed.stop();
      clearTimeout(timer);
      reading.abort();
    };
  }, [client]);
  return count;
}
