import { useCallback, useEffect, useState } from 'react';
import { isBatonError, type BatonClient, type BatonError } from '../sdk.js';
import type { Notice } from './noticeText.js';

const PAGE = 30;

interface Shown {
  /** The question to which these are the answer. */
  readonly asked: string;
  readonly items: readonly Notice[] | null;
  readonly next: string | null;
  readonly error: BatonError | null;
}

/** Notifications, the newest first; read again when `moved` does. */
export function useNotices(client: BatonClient, moved: number) {
  const [shown, setShown] = useState<Shown>({ asked: '', items: null, next: null, error: null });
  const [tries, setTries] = useState(0);
  const failed = useCallback((error: unknown) => {
    if (isBatonError(error)) setShown((now) => ({ ...now, error }));
  }, []);
  // What changed is asked for again, by whoever tells it.
  const asked = `${moved} ${tries}`;
  useEffect(() => {
    const reading = new AbortController();
    client.notifications
      .list({ limit: PAGE }, { signal: reading.signal })
      .then(({ items, nextCursor }) => setShown({ asked, items, next: nextCursor, error: null }), failed);
    return () => reading.abort();
  }, [client, asked, failed]);
  const more = () => {
    if (shown.next === null) return;
    client.notifications
      .list({ limit: PAGE, cursor: shown.next })
      .then(
        ({ items, nextCursor }) =>
          setShown((now) =>
            now.asked === shown.asked
              ? { ...now, items: withMore(now.items, items), next: nextCursor, error: null }
              : now,
          ),
        failed,
      );
  };
  return { ...shown, more, again: () => setTries(tries + 1) };
}

function withMore(known: readonly Notice[] | null, more: readonly Notice[]): readonly Notice[] {
  const ids = new Set(known?.map(({ id }) => id));
  return [...(known ?? []), ...more.filter(({ id }) => !ids.has(id))];
}
