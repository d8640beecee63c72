import type { OnFollowed } from './sharedView.js';

/** The same question is answered by the same view, as long as somebody holds it or follows it. */
export function sharing<Question, Shared extends object>(
  keyOf: (question: Question) => string,
  make: (question: Question, onFollowed: OnFollowed) => Shared,
): (question: Question) => Shared {
  const known = new Map<string, WeakRef<Shared>>();
  const gone = new FinalizationRegistry<string>((key) => {
    if (known.get(key)?.deref() === undefined) known.delete(key);
  });
  /** While they are followed. The rest is here as long as somebody holds it. */
  const followed = new Set<Shared>();
  return (question) => {
    const key = keyOf(question);
    const there = known.get(key)?.deref();
    if (there) return there;
    const made: Shared = make(question, (isFollowed) => {
      if (isFollowed) followed.add(made);
      else followed.delete(made);
    });
    known.set(key, new WeakRef(made));
    gone.register(made, key);
    return made;
  };
}

/** Equal for queries that ask the same, in whatever order they say it. */
export const keyOfQuery = (query: object): string =>
  JSON.stringify(query, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
