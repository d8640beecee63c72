import { useSyncExternalStore } from 'react';

/**
 * The address after `#`: `/` the projects, `/SUP` a board, `/SUP/SUP-12` a ticket over its board, `/SUP/talk/…` a conversation,
 * `/SUP/plan` who is proposed for what, `/search/…` what is looked for everywhere.
 */
export interface Route {
  readonly projectKey: string | null;
  /** What else stands there instead of the board; small letters, so that it is no ticket's key. */
  readonly page: 'talk' | 'plan' | null;
  readonly ticketKey: string | null;
  /** What the page shows: a conversation's id, or what is looked for. */
  readonly rest: string | null;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return routeOf(hash);
}

export function routeOf(hash: string): Route {
  const [first, second, third] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  const projectKey = first || null;
  if (projectKey === searchPath) return { projectKey, page: null, ticketKey: null, rest: second ?? '' };
  if (second === talkPath) return { projectKey, page: 'talk', ticketKey: null, rest: third || null };
  if (second === planPath) return { projectKey, page: 'plan', ticketKey: null, rest: null };
  return { projectKey, page: null, ticketKey: second || null, rest: null };
}

/** These stand where a project's key would; those are in capitals. */
export const adminPath = 'admin';
export const searchPath = 'search';
/** These stand where a ticket's key would. */
export const talkPath = 'talk';
export const planPath = 'plan';

export const pathTo = (...parts: readonly (string | null | undefined)[]): string =>
  `#/${parts
    .filter(Boolean)
    .map((part) => encodeURIComponent(part ?? ''))
    .join('/')}`;

/** The ticket over the board of its project, whose key its own begins with. */
export const pathToTicket = (key: string): string => pathTo(key.slice(0, key.lastIndexOf('-')), key);

/** A conversation beside the board of its project; who talks directly does so in any. */
export function pathToTalk(
  projects: readonly { readonly id: string; readonly key: string }[],
  projectId: string | null,
  conversationId: string | undefined,
): string {
  const project = projects.find(({ id }) => id === projectId) ?? projects[0];
  return project ? pathTo(project.key, talkPath, conversationId) : pathTo();
}

export function go(path: string): void {
  location.hash = path;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** As it stands, where somebody mistyped it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
