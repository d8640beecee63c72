import { useCallback, useState } from 'react';
import { useDeeds } from '../admin/useDeeds.js';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools, type BoardTools } from '../board/boardContext.js';

/** What a section reads of its project; the same function at each call. */
export type ReadSettings<Data> = (
  client: BoardTools['client'],
  projectId: string,
  signal: AbortSignal,
) => Promise<Data>;

/** A part of a project's settings: what is there, what is done to it, and what is asked of whoever looks. */
export function useSettings<Data, Question = never>(readSettings: ReadSettings<Data>, everyMs: number) {
  const {
    client,
    store: { projectId },
  } = useBoardTools();
  const read = useCallback(
    (signal: AbortSignal) => readSettings(client, projectId, signal),
    [readSettings, client, projectId],
  );
  const polled = usePolled(read, everyMs);
  const { act, problem } = useDeeds(polled.refresh);
  const [question, ask] = useState<Question | null>(null);
  return { client, projectId, polled, act, problem, question, ask };
}
