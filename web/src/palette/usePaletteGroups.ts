import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { noFilter } from '../filter/boardFilter.js';
import { useBoardQuery } from '../filter/useBoardQuery.js';
import type { Project, Ticket } from '../sdk.js';
import { go, pathTo } from '../ui/useRoute.js';
import { groupsFor, type Command, type Group } from './entries.js';

const TYPING_MS = 180;
const FOUND_MAX = 8;
const PROJECTS_MAX = 200;

/** What the palette offers: from what is here at once, and what the server knows when it has answered. */
export function usePaletteGroups(text: string, commands: readonly Command[]): readonly Group[] {
  const { store, projectKey } = useBoardTools();
  const { state } = useSyncExternalStore(store.subscribe, store.get);
  const [query, setQuery] = useBoardQuery();
  const projects = useProjects();
  const found = useFound(text);
  return useMemo(
    () =>
      groupsFor(text, {
        commands,
        tickets: state?.tickets.values() ?? [],
        found,
        projects: projects.filter(({ key }) => key !== projectKey),
        people: (state?.members ?? []).filter(({ role, userRole }) => role !== 'CUSTOMER' && userRole !== 'CUSTOMER'),
        toTicket: ({ key }) => go(pathTo(projectKey, key)),
        toProject: ({ key }) => go(pathTo(key)),
        toPerson: (assignee) => setQuery({ ...query, filter: { ...noFilter, assignee } }),
      }),
    [text, commands, state, found, projects, projectKey, query, setQuery],
  );
}

function useProjects(): readonly Project[] {
  const { client } = useBoardTools();
  const [projects, setProjects] = useState<readonly Project[]>([]);
  useEffect(() => {
    const reading = new AbortController();
    client.projects
      .list({ archived: false, limit: PROJECTS_MAX }, { signal: reading.signal })
      .then(({ items }) => setProjects(items))
      // The rest of the palette works without them.
      .catch(() => undefined);
    return () => reading.abort();
  }, [client]);
  return projects;
}

/** Tickets that the server finds, for a text that has not changed for a moment. */
function useFound(text: string): readonly Ticket[] {
  const { client, store } = useBoardTools();
  const [found, setFound] = useState<{ text: string; items: readonly Ticket[] }>({ text: '', items: [] });
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === '') return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      client.tickets
        .search({ projectId: store.projectId, text: wanted, limit: FOUND_MAX }, { signal: asking.signal })
        .then(({ items }) => setFound({ text: wanted, items }))
        // What is here is found all the same.
        .catch(() => undefined);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [client, store, wanted]);
  return found.text === wanted ? found.items : [];
}
