import { useCallback, useMemo, useState } from 'react';
import type { BoardTools } from '../board/boardContext.js';
import type { Ticket } from '../sdk.js';
import type { BulkChange } from './bulkChanges.js';
import { runBulk, takingBack, type Outcome } from './runBulk.js';

export type Question = 'status' | 'priority' | 'assign' | 'delete';
export type Progress =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly total: number }
  | { readonly kind: 'finished'; readonly outcome: Outcome };

export interface Bulk {
  readonly progress: Progress;
  /** What is being asked about the selection. */
  readonly asked: Question | null;
  readonly ask: (question: Question | null) => void;
  readonly run: (tickets: readonly Ticket[], change: BulkChange) => void;
  readonly takeBack: (outcome: Outcome) => void;
  readonly dismiss: () => void;
}

const idle: Progress = { kind: 'idle' };

export function useBulk({ client }: BoardTools): Bulk {
  const [progress, setProgress] = useState(idle);
  const [asked, ask] = useState<Question | null>(null);
  const run = useCallback(
    (tickets: readonly Ticket[], change: BulkChange) => {
      const total = tickets.length;
      setProgress({ kind: 'running', done: 0, total });
      void runBulk(client, tickets, change, (done) => setProgress({ kind: 'running', done, total })).then((outcome) =>
        setProgress({ kind: 'finished', outcome }),
      );
    },
    [client],
  );
  const takeBack = useCallback(
    (outcome: Outcome) =>
      run(
        outcome.undo.map(({ ticket }) => ticket),
        takingBack(outcome),
      ),
    [run],
  );
  const dismiss = useCallback(() => setProgress(idle), []);
  return useMemo(() => ({ progress, asked, ask, run, takeBack, dismiss }), [progress, asked, run, takeBack, dismiss]);
}
