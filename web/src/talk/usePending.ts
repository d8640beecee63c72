import { useMemo, useSyncExternalStore } from 'react';
import type { BatonClient } from '../sdk.js';

export interface PendingMessage {
  readonly id: string;
  readonly content: string;
  readonly parentId: string | null;
}

/** What one has written here and the server has not answered yet; also from before a reload. */
export function usePending(client: BatonClient, conversationId: string): readonly PendingMessage[] {
  const { waiting } = useSyncExternalStore(client.queue.subscribe, client.queue.get);
  return useMemo(
    () =>
      waiting
        .filter(({ path, input }) => path === 'messages.post' && input['conversationId'] === conversationId)
        .map(({ id, input }) => ({
          id,
          content: typeof input['content'] === 'string' ? input['content'] : '',
          parentId: typeof input['parentId'] === 'string' ? input['parentId'] : null,
        })),
    [waiting, conversationId],
  );
}
