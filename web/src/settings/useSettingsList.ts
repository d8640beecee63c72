import { useCallback, useState } from 'react';
import { useDeeds } from '../admin/useDeeds.js';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools, type BoardTools } from '../board/boardContext.js';

/** What a section reads: the first page of what the project has. `read` must be the same function at each call. */
export type ReadList<Item> = (
  client: BoardTools['client'],
  projectId: string,
  signal: AbortSignal,
) => Promise<{ readonly items: readonly Item[] }>;

/** A part of a project's settings that is a list: what is there, what is done to it, and what is asked of whoever looks. */
export function useSettingsList<Item, Question>(readList: ReadList<Item>, everyMs: number) {
  const {
    client,
    store: { projectId },
  } = useBoardTools();
  const read = useCallback((signal: AbortSignal) => readList(client, projectId, signal), [readList, client, projectId]);
  const polled = usePolled(read, everyMs);
  const { act, problem } = useDeeds(polled.refresh);
  const [question, ask] = useState<Question | null>(null);
  return { client, projectId, polled, items: polled.data?.items ?? [], act, problem, question, ask };
}
