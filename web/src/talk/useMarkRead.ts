import { useEffect } from 'react';
import type { BatonClient } from '../sdk.js';

const MOMENT_MS = 600;

/** Tells that all up to the newest message was read, once it has been in sight for a moment. */
export function useMarkRead(client: BatonClient, conversationId: string, newestId: string | undefined): void {
  useEffect(() => {
    if (newestId === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      clearTimeout(timer);
      if (document.visibilityState !== 'visible') return;
      timer = setTimeout(() => {
        // The mark comes with the next message.
        client.conversations.markRead({ conversationId, until: newestId }).catch(() => undefined);
      }, MOMENT_MS);
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tell);
    };
  }, [client, conversationId, newestId]);
}
