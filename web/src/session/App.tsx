import { useEffect, useSyncExternalStore } from 'react';
import { BoardPage } from '../board/BoardPage.js';
import type { BatonClient, User } from '../sdk.js';
import { ConnectionBanner } from '../ui/ConnectionBanner.js';
import { later } from '../ui/later.js';
import { ToastList } from '../ui/ToastList.js';
import type { Toasts } from '../ui/toasts.js';
import { adminPath, searchPath, useRoute } from '../ui/useRoute.js';
import { ChangePasswordPage } from './ChangePasswordPage.js';
import { ProjectsPage } from './ProjectsPage.js';
import { SignInPage } from './SignInPage.js';
import { TopBar } from './TopBar.js';
import { Unsaved } from './Unsaved.js';
import { useMyProjects } from './useMyProjects.js';

/** Few need it: it comes when it is asked for. */
const waiting = <main className="notice-page" aria-busy="true" />;
const AdminPage = later(() => import('../admin/AdminPage.js').then((module) => module.AdminPage), waiting);

const SearchPage = later(() => import('../search/SearchPage.js').then((module) => module.SearchPage), waiting);

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
  const route = useRoute();
  const { projectKey, ticketKey } = route;
  const isAdminPage = projectKey === adminPath && user.role === 'ADMIN';
  const { projects, mustChangePassword, read } = useMyProjects(client, toasts, user.id);
  useEffect(() => {
    document.title = [ticketKey ?? projectKey, 'Baton'].filter(Boolean).join(' · ');
  }, [projectKey, ticketKey]);
  if (mustChangePassword) return <ChangePasswordPage client={client} onDone={read} />;
  return (
    <div className="app">
      <TopBar
        client={client}
        toasts={toasts}
        user={user}
        projects={projects}
        projectKey={isAdminPage || projectKey === searchPath ? null : projectKey}
      />
      <ConnectionBanner client={client} />
      <Unsaved client={client} />
      {isAdminPage ? (
        <AdminPage client={client} projects={projects} />
      ) : projectKey === searchPath ? (
        <SearchPage client={client} projects={projects ?? []} text={route.rest ?? ''} />
      ) : projectKey ? (
        <BoardPage key={projectKey} client={client} toasts={toasts} user={user} projectKey={projectKey} route={route} />
      ) : (
        <ProjectsPage projects={projects} />
      )}
    </div>
  );
}
