import { useCallback, useState } from 'react';
import { usePolled } from '../admin/usePolled.js';

const EVERY_MS = 10_000;
const SHOWN = 25;

interface Ask<Choice> {
  readonly choice: Choice | undefined;
  /** Where the page begins, and how many it has, for a list of the API. */
  readonly page: { readonly limit: number; readonly cursor?: string };
  readonly signal: AbortSignal;
}

interface FindingPage<Finding> {
  readonly items: readonly Finding[];
  readonly nextCursor: string | null;
}

/** A page of a session's findings, of one choice or of all. `list` must be the same function until it means something else. */
export function useFindings<Choice, Finding>(list: (ask: Ask<Choice>) => Promise<FindingPage<Finding>>) {
  const [choice, setChoice] = useState<Choice | undefined>();
  const [cursor, turn] = useState<string | null>(null);
  const read = useCallback(
    (signal: AbortSignal) => list({ choice, page: { limit: SHOWN, ...(cursor ? { cursor } : {}) }, signal }),
    [list, choice, cursor],
  );
  const choose = (chosen: Choice | undefined) => {
    turn(null);
    setChoice(() => chosen);
  };
  return { polled: usePolled(read, EVERY_MS), choice, choose, cursor, turn };
}
