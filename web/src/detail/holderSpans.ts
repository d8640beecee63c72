import type { AssignmentHistoryEntry } from '../sdk.js';

/** One time of holding the ticket; `to` is null while it lasts. */
export interface HolderSpan {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly from: string;
  readonly to: string | null;
  /** Why it ended, or while it lasts why it began; null when nobody said. */
  readonly reason: string | null;
}

/** Who held the ticket from when to when, the latest first, from its changes of hands, oldest first. */
export function holderSpans(entries: readonly AssignmentHistoryEntry[]): readonly HolderSpan[] {
  const spans: HolderSpan[] = [];
  for (const entry of entries) {
    const { action, previousDeveloperId, newDeveloperId, newDeveloper, changedAt, reason } = entry;
    if (action !== 'CREATED') {
      const at = spans.findLastIndex(({ userId, to }) => userId === previousDeveloperId && to === null);
      const open = spans[at];
      if (open) spans[at] = { ...open, to: changedAt, reason: reason ?? open.reason };
    }
    if ((action === 'CREATED' || action === 'REASSIGNED') && newDeveloperId !== null) {
      const name = newDeveloper ?? 'Somebody';
      spans.push({ id: entry.id, userId: newDeveloperId, name, from: changedAt, to: null, reason });
    }
  }
  return spans.toReversed();
}
