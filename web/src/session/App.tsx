import { useEffect, useSyncExternalStore } from 'react';
import { BoardPage } from '../board/BoardPage.js';
import type { BatonClient, User } from '../sdk.js';
import { ConnectionBanner } from '../ui/ConnectionBanner.js';
import { ToastList } from '../ui/ToastList.js';
import type { Toasts } from '../ui/toasts.js';
import { useRoute } from '../ui/useRoute.js';
import { ChangePasswordPage } from './ChangePasswordPage.js';
import { ProjectsPage } from './ProjectsPage.js';
import { SignInPage } from './SignInPage.js';
import { TopBar } from './TopBar.js';
import { useMyProjects } from './useMyProjects.js';

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
}

export function App({ client, toasts }: Props) {
  const session = useSyncExternalStore(client.session.subscribe, client.session.get);
  if (session.state === 'signedOut') {
    return <SignInPage client={client} notice={session.error?.message ?? null} />;
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
  const { projects, mustChangePassword, read } = useMyProjects(client, toasts, user.id);
  useEffect(() => {
    document.title = [ticketKey ?? projectKey, 'Baton'].filter(Boolean).join(' · ');
  }, [projectKey, ticketKey]);
  if (mustChangePassword) return <ChangePasswordPage client={client} onDone={read} />;
  return (
    <div className="app">
      <TopBar client={client} user={user} projects={projects} projectKey={projectKey} />
      <ConnectionBanner client={client} />
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
