import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { BoardPage } from '../board/BoardPage.js';
import { explain } from '../board/explain.js';
import { isBatonError, type BatonClient, type Project, type User } from '../sdk.js';
import { ToastList } from '../ui/ToastList.js';
import type { Toasts } from '../ui/toasts.js';
import { useRoute } from '../ui/useRoute.js';
import { ChangePasswordPage } from './ChangePasswordPage.js';
import { ProjectsPage } from './ProjectsPage.js';
import { SignInPage } from './SignInPage.js';
import { TopBar } from './TopBar.js';

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
}

export function App({ client, toasts }: Props) {
  const session = useSyncExternalStore(client.session.subscribe, client.session.get);
  if (session.state === 'signedOut') {
    return (
      <SignInPage client={client} notice={session.error ? `You were signed out: ${session.error.message}` : null} />
    );
  }
  return (
    <>
      {session.user ? <SignedIn key={session.user.id} client={client} toasts={toasts} user={session.user} /> : null}
      <ToastList toasts={toasts} />
    </>
  );
}

function SignedIn({ client, toasts, user }: Props & { user: User }) {
  const { projectKey, ticketKey } = useRoute();
  const { projects, mustChangePassword, retry } = useProjects(client, toasts);
  useEffect(() => {
    document.title = [ticketKey ?? projectKey, 'Baton'].filter(Boolean).join(' · ');
  }, [projectKey, ticketKey]);
  if (mustChangePassword) return <ChangePasswordPage client={client} onDone={retry} />;
  return (
    <div className="app">
      <TopBar client={client} user={user} projects={projects} projectKey={projectKey} />
      {projectKey ? (
        <BoardPage
          key={projectKey}
          client={client}
          toasts={toasts}
          user={user}
          projectKey={projectKey}
          ticketKey={ticketKey}
        />
      ) : (
        <ProjectsPage projects={projects} />
      )}
    </div>
  );
}

const PROJECTS_MAX = 200;

/** The projects to choose from, kept up while one is added to projects and removed from them. */
function useProjects(client: BatonClient, toasts: Toasts) {
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
    read();
    const feed = client.live.me(
      {},
      { onEvent: ({ type }) => void (type.startsWith('member.') && read()), onResync: read },
    );
    return () => feed.stop();
  }, [client, read]);
  return { projects, mustChangePassword, retry: read };
}
