import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { allProposals } from '../board/boardSnapshot.js';
import type { BoardState } from '../board/boardState.js';
import {
  isBatonError,
  limits,
  type AssignmentProposal,
  type AssignmentRunDetail,
  type BatonClient,
  type BatonError,
  type ProjectEvent,
} from '../sdk.js';

/** A plan tells of each of its proposals: what comes in a burst is looked at once. */
const BURST_MS = 300;

export interface Plan {
  /** Null until they are there. In the order in which they were made. */
  readonly proposals: readonly AssignmentProposal[] | null;
  /** The latest one, with what nobody got. */
  readonly run: AssignmentRunDetail | null;
  readonly error: BatonError | null;
  readonly read: () => Promise<void>;
}

/** What is proposed in the project now. Read again when somebody decides, plans, or takes a ticket, and when the connection is back. */
export function usePlan(): Plan {
  const { client, store } = useBoardTools();
  const [proposals, setProposals] = useState<Plan['proposals']>(null);
  const [run, setRun] = useState<Plan['run']>(null);
  const [error, setError] = useState<BatonError | null>(null);
  const reading = useRef<AbortController | null>(null);
  const { projectId } = store;
  const read = useCallback(async () => {
    reading.current?.abort();
    const mine = (reading.current = new AbortController());
    try {
      const [found, latest] = await Promise.all([
        allProposals(client, projectId, mine.signal),
        latestRun(client, projectId, mine.signal),
      ]);
      if (reading.current !== mine) return;
      setProposals(found);
      setRun(latest);
      setError(null);
    } catch (failure) {
      if (isBatonError(failure) && reading.current === mine) setError(failure);
    }
  }, [client, projectId]);
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    let { epoch } = store.get();
    const again = () => void read();
    const ends = [
      store.watch((event) => {
        if (concerns(event)) soon ??= setTimeout(() => ((soon = undefined), again()), BURST_MS);
      }),
      store.subscribe(() => {
        if (store.get().epoch === epoch) return;
        epoch = store.get().epoch;
        again();
      }),
      client.connection.subscribe(({ state }) => state === 'online' && again()),
    ];
    again();
    return () => {
      for (const end of ends) end();
      clearTimeout(soon);
      reading.current?.abort();
      reading.current = null;
    };
  }, [client, store, read]);
  return { proposals, run, error, read };
}

/** Of what a ticket's change made stale, the event of the ticket tells. */
const concerns = ({ type }: ProjectEvent): boolean => type.startsWith('assignment.') || type.startsWith('ticket.');

/** Beyond them nobody looks back. */
const RUNS = 50;
const DETAILS = 10;

/**
 * What the last plan that somebody asked for came to, or else the last one, with all that could not be placed since the whole project was planned: of
 * each ticket what the last plan says that was of it.
 */
async function latestRun(client: BatonClient, projectId: string, signal: AbortSignal) {
  const { items } = await client.assignments.runs.list({ projectId, limit: RUNS }, { signal });
  const shown = items.find(({ requestedBy }) => requestedBy !== null) ?? items[0];
  if (!shown) return null;
  const whole = items.findIndex(({ filters }) => Object.keys(filters).length === 0);
  const looked = items.slice(0, Math.min(whole < 0 ? DETAILS : whole + 1, DETAILS));
  const details = await Promise.all(looked.map(({ id: runId }) => client.assignments.runs.get({ runId }, { signal })));
  const known = new Set<string>();
  const unplaced = details.flatMap((run) => {
    const own = run.unplaced.filter(({ ticketId }) => !known.has(ticketId));
    for (const id of [...(run.filters.ticketIds ?? []), ...own.map(({ ticketId }) => ticketId)]) known.add(id);
    return own;
  });
  return { ...shown, unplaced };
}

/** The board knows the first of each column: the others that are proposed are read, most important first. */
export function useTicketsOf(proposals: readonly AssignmentProposal[] | null, tickets: BoardState['tickets']) {
  const { client, store } = useBoardTools();
  const missing = useMemo(
    () => (proposals ?? []).filter(({ ticketId }) => !tickets.has(ticketId)).map(({ ticketId }) => ticketId),
    [proposals, tickets],
  );
  const wanted = missing.join(' ');
  useEffect(() => {
    if (wanted === '') return;
    const reading = new AbortController();
    void readUnheld(client, store.projectId, new Set(wanted.split(' ')), reading.signal)
      .then((found) => store.admit(found))
      // Without its ticket a proposal shows its key all the same.
      .catch(() => undefined);
    return () => reading.abort();
  }, [client, store, wanted]);
}

async function readUnheld(client: BatonClient, projectId: string, wanted: Set<string>, signal: AbortSignal) {
  const found = [];
  let cursor: string | null = null;
  for (let read = 0; wanted.size > 0 && read < limits.proposalsMax; read += limits.pageSizeMax) {
    const page: Awaited<ReturnType<BatonClient['tickets']['list']>> = await client.tickets.list(
      {
        projectId,
        unassigned: true,
        status: ['OPEN', 'IN_PROGRESS', 'REVIEW'],
        sort: { by: 'priority', dir: 'desc' },
        limit: limits.pageSizeMax,
        ...(cursor === null ? {} : { cursor }),
      },
      { signal },
    );
    found.push(...page.items.filter(({ id }) => wanted.delete(id)));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return found;
}
