import { useEffect, useState } from 'react';
import type { Developer } from '../sdk.js';
import { useBoardTools } from './boardContext.js';

/** A burst of changes of hands is read once, when it has passed. */
const READ_AGAIN_MS = 400;

/** Work profiles by user, read again when tickets change hands or weight. Without them people are shown all the same. */
export function useProfiles(): ReadonlyMap<string, Developer> {
  const { client, store, viewer } = useBoardTools();
  const [profiles, setProfiles] = useState<ReadonlyMap<string, Developer>>(new Map());
  useEffect(() => {
    if (!viewer.isStaff) return;
    const reading = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      client.developers
        .list({ projectId: store.projectId, limit: 200 }, { signal: reading.signal })
        .then(({ items }) => setProfiles(new Map(items.map((profile) => [profile.userId, profile]))))
        .catch(() => undefined);
    };
    const endWatch = store.watch((event) => {
      if (!event.type.startsWith('ticket.')) return;
      clearTimeout(timer);
      timer = setTimeout(read, READ_AGAIN_MS);
    });
    read();
    return () => {
      endWatch();
      clearTimeout(timer);
      reading.abort();
    };
  }, [client, store, viewer]);
  return profiles;
}
