import { useCallback, useEffect, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { isBatonError, limits, type Api, type BatonError } from '../sdk.js';

export type ListedConversation = Awaited<ReturnType<Api['conversations']['list']>>['items'][number];

const BURST_MS = 400;

interface Found {
  readonly channels: readonly ListedConversation[];
  readonly direct: readonly ListedConversation[];
}

/** The channels of this project and those whom one talks to directly; null while they load. Kept up by both streams. */
export function useConversations() {
  const { client, store, viewer } = useBoardTools();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<BatonError | null>(null);
  const { projectId } = store;
  const read = useCallback(
    async (signal?: AbortSignal) => {
      const options = signal ? { signal } : {};
      const page = { limit: limits.pageSizeMax };
      try {
        const [ofProject, own] = await Promise.all([
          viewer.isStaff ? client.conversations.list({ projectId, ...page }, options) : { items: [] },
          client.conversations.list(page, options),
        ]);
        const direct = own.items.filter(({ kind }) => kind === 'DIRECT');
        const channels = ofProject.items.filter(({ kind }) => kind === 'CHANNEL');
        setFound({ channels: channels.toSorted(byName), direct });
        setError(null);
      } catch (failure) {
        if (isBatonError(failure) && !signal?.aborted) setError(failure);
      }
    },
    [client, projectId, viewer.isStaff],
  );
  useEffect(() => {
    const reading = new AbortController();
    const again = () => void read(reading.signal);
    let soon: ReturnType<typeof setTimeout> | undefined;
    /** What comes in a burst is looked at once. */
    const hear = ({ type }: { readonly type: string }) => {
      if (type.startsWith('conversation.')) again();
      if (type.startsWith('message.')) soon ??= setTimeout(() => ((soon = undefined), again()), BURST_MS);
    };
    const endWatch = store.watch(hear);
    const feed = client.live.me({}, { onReady: again, onResync: again, onEvent: hear });
    return () => {
      clearTimeout(soon);
      endWatch();
      feed.stop();
      reading.abort();
    };
  }, [client, store, read]);
  return { found, error, read };
}

const byName = (a: ListedConversation, b: ListedConversation) => (a.name ?? '').localeCompare(b.name ?? '');

/** A channel's name; of a direct one those whom the viewer talks to. */
export const nameOf = (
  { name, participants }: Pick<ListedConversation, 'name' | 'participants'>,
  viewerId: string,
): string =>
  name ??
  (participants
    .filter(({ id }) => id !== viewerId)
    .map((person) => person.name)
    .join(', ') ||
    'Conversation');
