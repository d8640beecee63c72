import { formatAgo, formatMoment } from './dates.js';
import { useNow } from './useNow.js';

const STEP_MS = 30_000;

/** How long ago something was; the moment itself for whoever points at it. */
export function Ago({ at }: { at: string }) {
  const now = useNow(STEP_MS);
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
