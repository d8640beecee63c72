import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useUndoKeys } from '../acts/useUndo.js';
import { viewerOf } from '../model.js';
import { isBatonError, type BatonClient, type ProjectDetail, type User } from '../sdk.js';
import { useNews } from '../news/useNews.js';
import type { Toasts } from '../ui/toasts.js';
import { later } from '../ui/later.js';
import { go, pathTo, type Route } from '../ui/useRoute.js';
import { Board } from './Board.js';
import { BoardActions } from './boardActions.js';
import { BoardToolsContext, type BoardTools, type Popup } from './boardContext.js';
import { BoardStore } from './boardStore.js';
import { explain } from './explain.js';
import { Popups } from './Popups.js';

const TalkPage = later(() => import('../talk/TalkPage.js').then((module) => module.TalkPage));
const PlanPage = later(() => import('../plan/PlanPage.js').then((module) => module.PlanPage));
const SettingsPage = later(() => import('../settings/SettingsPage.js').then((module) => module.SettingsPage));

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
  readonly user: User;
  readonly projectKey: string;
  readonly route: Route;
}

/** A project's board from its address: finds the project, follows it, and says so when that is not possible. */
export function BoardPage(props: Props) {
  const { client, projectKey, user, toasts, route } = props;
  const found = useProject(client, projectKey);
  const [popup, setPopup] = useState<Popup | null>(null);
  const tools = useTools({ client, toasts, user, project: found.project, open: setPopup });

  if (found.problem) return <Stopped text={found.problem} />;
  if (!tools) return <Waiting projectKey={projectKey} />;
  return (
    <BoardToolsContext value={tools}>
      <Following tools={tools} route={route} />
      <Beside ticketKey={route.ticketKey} />
      {popup ? <Popups popup={popup} onClose={() => setPopup(null)} /> : null}
    </BoardToolsContext>
  );
}

/** What goes on beside the board without being seen on it: news of others, and keys that take back. */
function Beside({ ticketKey }: { ticketKey: string | null }) {
  useNews(ticketKey);
  useUndoKeys();
  return null;
}

function Following({ tools, route }: { tools: BoardTools; route: Route }) {
  const view = useSyncExternalStore(tools.store.subscribe, tools.store.get);
  if (view.error) return <Stopped text={explain(view.error, `Project ${tools.projectKey}`)} />;
  if (!view.state) return <Waiting projectKey={tools.projectKey} />;
  if (route.page === 'talk') return <TalkPage state={view.state} conversationId={route.rest} />;
  if (route.page === 'plan') return <PlanPage state={view.state} />;
  if (route.page === 'settings') return <SettingsPage state={view.state} section={route.rest} item={route.item} />;
  return <Board view={view} state={view.state} ticketKey={route.ticketKey} />;
}

const Waiting = ({ projectKey }: { projectKey: string }) => (
  <main className="notice-page" aria-busy="true">
    <p>Opening {projectKey}…</p>
  </main>
);

function Stopped({ text }: { text: string }) {
  return (
    <main className="notice-page">
      <p role="alert">{text}</p>
      <p>
        <button type="button" className="button" onClick={() => go(pathTo())}>
          All projects
        </button>{' '}
        <button type="button" className="button button-primary" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    </main>
  );
}

interface Found {
  readonly project: ProjectDetail | null;
  readonly problem: string | null;
}

function useProject(client: BatonClient, projectKey: string): Found {
  const [found, setFound] = useState<Found>({ project: null, problem: null });
  useEffect(() => {
    const reading = new AbortController();
    client.projects.get({ key: projectKey }, { signal: reading.signal }).then(
      (project) => setFound({ project, problem: null }),
      (error: unknown) => {
        if (reading.signal.aborted) return;
        const isNone = isBatonError(error, 'BAD_INPUT') || isBatonError(error, 'NOT_FOUND');
        setFound({
          project: null,
          problem: isNone ? `There is no project ${projectKey}.` : explain(error, `Project ${projectKey}`),
        });
      },
    );
    return () => reading.abort();
  }, [client, projectKey]);
  return found;
}

type Parts = Pick<BoardTools, 'client' | 'toasts' | 'open'> & { user: User; project: ProjectDetail | null };

/** Begins to follow the project, and ends it when another is chosen. */
function useTools({ client, toasts, user, project, open }: Parts): BoardTools | null {
  const tools = useMemo(() => {
    if (!project) return null;
    const store = new BoardStore(client, project.id);
    const viewer = viewerOf(user, project);
    const actions = new BoardActions(client, store, toasts, viewer);
    return { client, toasts, store, viewer, actions, projectKey: project.key, open };
  }, [client, toasts, user, project, open]);
  useEffect(() => {
    tools?.store.start();
    return () => tools?.store.stop();
  }, [tools]);
  return tools;
}
