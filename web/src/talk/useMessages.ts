import { useCallback, useEffect, useState, type Dispatch, type SetStateAction } from 'react';
import { isBatonError, type BatonClient, type BatonError, type Message, type PresentPerson } from '../sdk.js';
import { withMessages } from './messageList.js';

const PAGE = 50;
const THREAD_PAGE = 200;

interface Said {
  readonly messages: readonly Message[];
  readonly people: readonly PresentPerson[];
  readonly isLoading: boolean;
  /** Where older ones go on; null when all are here. */
  readonly older: string | null;
  readonly error: BatonError | null;
}
const unread: Said = { messages: [], people: [], isLoading: true, older: null, error: null };

/** What is said in one conversation, the latest page first, as it is said. Following begins before reading, so nothing is lost. */
export function useMessages(client: BatonClient, conversationId: string) {
  const [said, setSaid] = useState(unread);
  const add = useCallback(
    (more: readonly Message[]) => setSaid((now) => ({ ...now, messages: withMessages(now.messages, more) })),
    [],
  );
  const fail = useCallback((error: unknown) => {
    if (isBatonError(error)) setSaid((now) => ({ ...now, isLoading: false, error }));
  }, []);

  useFollowing(client, conversationId, setSaid, fail);

  const loadOlder = async () => {
    if (said.older === null) return;
    const input = { conversationId, sort: { by: 'createdAt', dir: 'desc' }, limit: PAGE, cursor: said.older } as const;
    await client.messages.list(input).then(({ items, nextCursor }) => {
      add(items);
      setSaid((now) => ({ ...now, older: nextCursor }));
    }, fail);
  };
  const loadThread = useCallback(
    (messageId: string, signal: AbortSignal) =>
      client.messages
        .thread({ messageId, limit: THREAD_PAGE }, { signal })
        .then(({ root, items }) => add([root, ...items]))
        // What the conversation has of it is shown.
        .catch(() => undefined),
    [client, add],
  );
  return { ...said, add, loadOlder, loadThread };
}

function useFollowing(
  client: BatonClient,
  conversationId: string,
  setSaid: Dispatch<SetStateAction<Said>>,
  fail: (error: unknown) => void,
): void {
  useEffect(() => {
    const reading = new AbortController();
    const input = { conversationId, sort: { by: 'createdAt', dir: 'desc' }, limit: PAGE } as const;
    const readNewest = () =>
      void client.messages.list(input, { signal: reading.signal }).then(({ items, nextCursor }) => {
        // After a gap, what lies between is read like anything older.
        setSaid((now) => ({
          ...now,
          messages: withMessages(now.isLoading ? now.messages : [], items),
          isLoading: false,
          older: nextCursor,
          error: null,
        }));
      }, fail);
    let isReady = false;
    const stream = client.live.conversation(
      { conversationId },
      {
        onReady: () => {
          if (!isReady) readNewest();
          isReady = true;
        },
        onResync: readNewest,
        onPresence: ({ people }) => setSaid((now) => ({ ...now, people })),
        onEvent: (event) => {
          if (!('message' in event.payload)) return;
          const { message } = event.payload;
          setSaid((now) => ({ ...now, messages: withMessages(now.messages, [message]) }));
        },
        onError: fail,
      },
    );
    return () => {
      stream.stop();
      reading.abort();
      setSaid(unread);
    };
  }, [client, conversationId, setSaid, fail]);
}
