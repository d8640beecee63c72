import { useCallback, useEffect, useState } from 'react';
import { explain } from '../board/explain.js';
import { isBatonError, type BatonClient, type FeedEvent, type Project } from '../sdk.js';
import type { Toasts } from '../ui/toasts.js';

const PROJECTS_MAX = 200;

/** The projects to choose from, kept up by the person's own stream, which also tells of tickets they are given anywhere. */
export function useMyProjects(client: BatonClient, toasts: Toasts, userId: string) {
  const [projects, setProjects] = useState<readonly Project[] | null>(null);
  const [mustChangePassword, setMustChange] = useState(false);
  const read = useCallback(() => {
    client.projects.list({ archived: false, limit: PROJECTS_MAX }).then(
      ({ items }) => {
        setProjects(items);
        setMustChange(false);
      },
      (error: unknown) => {
        if (isBatonError(error, 'PASSWORD_CHANGE_REQUIRED')) setMustChange(true);
        else if (!isBatonError(error, 'UNAUTHENTICATED')) toasts.show('error', explain(error, 'Projects'));
      },
    );
  }, [client, toasts]);

  useEffect(() => {
    if (mustChangePassword) return;
    const feed = client.live.me(
      {},
      {
        onResync: read,
        onEvent: (event) => {
          if (event.type.startsWith('member.')) read();
          const news = newsOf(event, userId);
          if (news) toasts.show('news', news);
        },
      },
    );
    return () => feed.stop();
  }, [client, toasts, userId, mustChangePassword, read]);
  useEffect(read, [read]);
  return { projects, mustChangePassword, read };
}

function newsOf(event: FeedEvent, userId: string): string | null {
  if (event.actor?.id === userId) return null;
  const who = event.actor?.name ?? 'Baton';
  if (event.type === 'ticket.assigned')
    return `${who} gave you ${event.payload.ticket.key}: ${event.payload.ticket.title}`;
  if (event.type === 'ticket.unassigned') return `${who} took ${event.payload.ticket.key} off your hands`;
  return null;
}
