import { useEffect, useState } from 'react';
import { isBatonError, type Api, type BatonClient, type BatonError } from '../sdk.js';

export type SearchHit = Awaited<ReturnType<Api['search']['find']>>['items'][number];
export type SearchKind = SearchHit['kind'];

const TYPING_MS = 220;
const PAGE = 25;

interface Found {
  /** What was asked for: these are the answer to it. */
  readonly asked: string;
  readonly items: readonly SearchHit[];
  readonly next: string | null;
  readonly isReadingOn: boolean;
  readonly error: BatonError | null;
}
const nothing: Found = { asked: '', items: [], next: null, isReadingOn: false, error: null };

const inputOf = (text: string, kind: SearchKind | null) => ({
  text,
  limit: PAGE,
  ...(kind === null ? {} : { kinds: [kind] }),
});
const refusal = (asked: string, error: unknown): Found => ({
  ...nothing,
  asked,
  error: isBatonError(error) ? error : null,
});

/** What the server finds for a text that has not changed for a moment; what was found before stays until then. */
export function useSearch(client: BatonClient, text: string, kind: SearchKind | null) {
  const [found, setFound] = useState(nothing);
  const [tries, setTries] = useState(0);
  const wanted = text.trim();
  const asked = `${tries} ${kind} ${wanted}`;
  useEffect(() => {
    if (wanted === '') return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      client.search.find(inputOf(wanted, kind), { signal: asking.signal }).then(
        ({ items, nextCursor }) => setFound({ ...nothing, asked, items, next: nextCursor }),
        (error: unknown) => asking.signal.aborted || setFound(refusal(asked, error)),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [client, wanted, kind, asked]);
  const more = () => {
    const { next } = found;
    if (next === null) return;
    setFound({ ...found, isReadingOn: true });
    client.search.find({ ...inputOf(wanted, kind), cursor: next }).then(
      ({ items, nextCursor }) =>
        setFound((now) =>
          now.asked === asked && now.next === next
            ? { ...now, items: [...now.items, ...items], next: nextCursor, isReadingOn: false }
            : now,
        ),
      (error: unknown) => setFound((now) => (now.asked === asked ? refusal(asked, error) : now)),
    );
  };
  const shown = wanted === '' ? nothing : found;
  const isLoading = wanted !== '' && (found.asked !== asked || found.isReadingOn);
  return { ...shown, isLoading, more, again: () => setTries(tries + 1) };
}
