import { useSyncExternalStore } from 'react';
import type { BatonClient, ConnectionState } from '../sdk.js';
import { formatClock } from './dates.js';

/** Whether what one sees is what is. */
export function ConnectionMark({ client }: { client: BatonClient }) {
  const connection = useSyncExternalStore(client.connection.subscribe, client.connection.get);
  return (
    <p className="connection" role="status" data-state={connection.state}>
      <span className="connection-dot" />
      {describe(connection)}
    </p>
  );
}

function describe({ state, since }: ConnectionState): string {
  if (state === 'online') return 'Live';
  if (state === 'offline') return `Offline since ${formatClock(since)}`;
  return state === 'connecting' ? 'Connecting…' : 'Not connected';
}
