import { useEffect, useSyncExternalStore } from 'react';

/**
 * The address after `#`: `/` the projects, `/SUP` a board, `/SUP/SUP-12` a ticket over its board, `/SUP/talk/…` a conversation,
 * `/SUP/plan` who is proposed for what, `/SUP/settings/…` how the project is set up, `/search/…` what is looked for everywhere.
 */
export interface Route {
  readonly projectKey: string | null;
  /** What else stands there instead of the board; small letters, so that it is no ticket's key. */
  readonly page: BoardPlace | null;
  readonly ticketKey: string | null;
  /** What the page shows: a conversation's id, a part of the settings, or what is looked for. */
  readonly rest: string | null;
  /** What that part shows, as a validation's id. */
  readonly item: string | null;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const address = addressOf(hash);
  useEffect(() => {
    if (address !== hash) goInstead(address);
  }, [address, hash]);
  return routeOf(hash);
}

export function routeOf(hash: string): Route {
  const [first, second, third, fourth] = withKeys(partsOf(hash));
  const place = { projectKey: first || null, page: null, ticketKey: null, rest: null, item: null };
  if (first === searchPath) return { ...place, rest: second ?? '' };
  const page = boardPlaces.find((one) => one === second);
  if (page) return { ...place, page, rest: third || null, item: fourth || null };
  return { ...place, ticketKey: second || null };
}

/** The same place by the keys as they are: one address for it, however somebody wrote them. */
export function addressOf(hash: string): string {
  const parts = partsOf(hash);
  const keyed = withKeys(parts);
  return keyed.every((part, index) => part === parts[index]) ? hash : pathTo(...keyed);
}

const partsOf = (hash: string): readonly string[] => hash.replace(/^#\/?/, '').split('/').map(decoded);

const PROJECT_KEY = /^[a-z][a-z0-9]*$/i;
const TICKET_KEY = /^[a-z][a-z0-9]*-[0-9]+$/i;

/** Keys are in capitals. What can be none stays as it stands, to be told as it was written. */
function withKeys(parts: readonly string[]): readonly string[] {
  const [first] = parts;
  if (first === searchPath || first === adminPath) return parts;
  const forms = [PROJECT_KEY, TICKET_KEY];
  return parts.map((part, index) => (forms[index]?.test(part) ? part.toUpperCase() : part));
}

/** These stand where a project's key would; those are in capitals. */
export const adminPath = 'admin';
export const searchPath = 'search';
/** These stand where a ticket's key would. */
export const talkPath = 'talk';
export const planPath = 'plan';
export const settingsPath = 'settings';
const boardPlaces = [talkPath, planPath, settingsPath] as const;
type BoardPlace = (typeof boardPlaces)[number];

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

/** Going back leads past the address that was there. */
export function goInstead(path: string): void {
  location.replace(path);
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
