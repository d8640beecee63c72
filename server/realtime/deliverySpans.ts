import { isTracing, SpanKind, tellSpan } from '../kernel/tracing.js';
import type { LogEntry } from './eventLog.js';

/** One span for each event, not for each of those that follow. Clocks of two nodes differ: none begins later than now. */
export function tellDeliveries(
  entries: readonly LogEntry[],
  committedAt: number | null,
  { stream, followers }: { readonly stream: string; readonly followers: number },
): void {
  if (!isTracing()) return;
  const about = { 'baton.stream': stream, 'baton.followers': followers };
  const start = Math.min(committedAt ?? Infinity, Date.now());
  for (const { trace: parent, seq } of entries)
    if (parent !== undefined)
      tellSpan('deliver', start, { attributes: { ...about, 'baton.seq': seq }, kind: SpanKind.CONSUMER, parent });
}
