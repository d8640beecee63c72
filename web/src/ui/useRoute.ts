import { useSyncExternalStore } from 'react';

/** The address after `#`: `/` the projects, `/SUP` a board, `/SUP/SUP-12` a ticket over its board. */
export interface Route {
  readonly projectKey: string | null;
  readonly ticketKey: string | null;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const [projectKey, ticketKey] = hash.replace(/^#\/?/, '').split('/');
  return { projectKey: projectKey || null, ticketKey: ticketKey || null };
}

/** Stands where a project's key would; those are in capitals. */
export const adminPath = 'admin';

export const pathTo = (projectKey?: string, ticketKey?: string): string =>
  `#/${[projectKey, ticketKey].filter(Boolean).join('/')}`;

export function go(path: string): void {
  location.hash = path;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
