import pLimit from 'p-limit';
import { letGo } from '../acts/conflicts.js';
import type { BatonClient, Ticket } from '../sdk.js';
import type { BulkChange, Undo } from './bulkChanges.js';

export interface Failure {
  readonly ticket: Ticket;
  readonly error: unknown;
}
export interface Outcome {
  readonly change: BulkChange;
  readonly changed: number;
  readonly failures: readonly Failure[];
  /** What takes back those that were changed, each by itself. */
  readonly undo: readonly { readonly ticket: Ticket; readonly back: Undo }[];
}

/** Calls for one project wait for each other at its counter: more at once would only wait. */
const AT_ONCE = 4;

/** Does it to all of them, each by itself: what fails for one is told of that one, and the others are done. */
export async function runBulk(
  client: BatonClient,
  tickets: readonly Ticket[],
  change: BulkChange,
  onProgress: (done: number) => void,
): Promise<Outcome> {
  const limit = pLimit(AT_ONCE);
  const undo: { ticket: Ticket; back: Undo }[] = [];
  const failures: Failure[] = [];
  let done = 0;
  await Promise.all(
    tickets.map((ticket) =>
      limit(async () => {
        try {
          const back = await change.apply(client, ticket);
          if (back) undo.push({ ticket, back });
        } catch (error) {
          letGo(client, ticket.id);
          failures.push({ ticket, error });
        }
        onProgress(++done);
      }),
    ),
  );
  return { change, changed: tickets.length - failures.length, failures, undo };
}

/** Taking back is a change like any other, and what fails is told alike. */
export function takingBack({ change, undo }: Outcome): BulkChange {
  const backs = new Map(undo.map(({ ticket, back }) => [ticket.id, back]));
  return {
    text: `no longer ${change.text}`,
    apply: async (_client, { id }) => {
      await backs.get(id)?.();
      return null;
    },
  };
}
