import { useEffect, useState, useSyncExternalStore } from 'react';
import type { BatonClient } from '../sdk.js';
import { connectionText, PATIENCE_MS } from './connectionText.js';
import { Icon } from './Icon.js';

/** A line over the page while what it shows may be old. Always there for screen readers, which then hear it come. */
export function ConnectionBanner({ client }: { client: BatonClient }) {
  const connection = useSyncExternalStore(client.connection.subscribe, client.connection.get);
  const now = useMoment(connection.since + PATIENCE_MS);
  const { waiting } = useSyncExternalStore(client.queue.subscribe, client.queue.get);
  const text = connectionText(connection, now, waiting.length);
  return (
    <p className="banner" role="status">
      {text === null ? null : (
        <>
          <Icon name="offline" />
          {text}
        </>
      )}
    </p>
  );
}

/** The present, drawn again when `at` has come. */
function useMoment(at: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, at - Date.now()) + 1);
    return () => clearTimeout(timer);
  }, [at]);
  return now;
}
