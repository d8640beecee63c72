import { useState } from 'react';
import type { BatonClient, Project, User } from '../sdk.js';
import { Bell } from '../notices/Bell.js';
import { Avatar } from '../ui/Avatar.js';
import { ConnectionMark } from '../ui/ConnectionMark.js';
import { Icon } from '../ui/Icon.js';
import { Logo } from '../ui/Logo.js';
import { Menu } from '../ui/Menu.js';
import type { Toasts } from '../ui/toasts.js';
import { adminPath, go, pathTo, searchPath } from '../ui/useRoute.js';
import { useTheme, type Theme } from '../ui/useTheme.js';

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
  readonly user: User;
  readonly projects: readonly Project[] | null;
  readonly projectKey: string | null;
}

const themeNames: Readonly<Record<Theme, string>> = { system: 'as the device', light: 'light', dark: 'dark' };
const themeIcons = { system: 'screen', light: 'sun', dark: 'moon' } as const;

export function TopBar({ client, toasts, user, projects, projectKey }: Props) {
  const { theme, next } = useTheme();
  return (
    <header className="topbar">
      <a className="brand" href={pathTo()} aria-label="Baton, all projects">
        <Logo />
        <span>Baton</span>
      </a>
      {projectKey ? <ProjectPicker projects={projects ?? []} projectKey={projectKey} /> : null}
      <span className="topbar-space" />
      <ConnectionMark client={client} />
      <a className="icon-button" href={pathTo(searchPath)} aria-label="Search everything" title="Search everything">
        <Icon name="search" />
      </a>
      <Bell client={client} toasts={toasts} projects={projects ?? []} />
      {user.role === 'ADMIN' ? (
        <a className="icon-button" href={pathTo(adminPath)} aria-label="Administration" title="Administration">
          <Icon name="gauge" />
        </a>
      ) : null}
      <button
        type="button"
        className="icon-button"
        aria-label={`Colours: ${themeNames[theme]}. Change`}
        title={`Colours: ${themeNames[theme]}`}
        onClick={next}
      >
        <Icon name={themeIcons[theme]} />
      </button>
      <UserMenu client={client} user={user} />
    </header>
  );
}

function ProjectPicker({ projects, projectKey }: { projects: readonly Project[]; projectKey: string }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className="button project-picker"
        aria-haspopup="menu"
        aria-label={`Project ${projectKey}. Change`}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {projectKey}
        <Icon name="down" />
      </button>
      {anchor ? (
        <Menu
          label="Projects"
          anchor={anchor}
          items={projects.map(({ key, name }) => ({
            id: key,
            name: `${key} ${name}`,
            label: (
              <>
                <span className="project-key">{key}</span> {name}
              </>
            ),
            isCurrent: key === projectKey,
          }))}
          onChoose={(key) => go(pathTo(key))}
          onClose={() => setAnchor(null)}
        />
      ) : null}
    </>
  );
}

function UserMenu({ client, user }: { client: BatonClient; user: User }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className="user-button"
        aria-haspopup="menu"
        aria-label={`Signed in as ${user.name}`}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Avatar id={user.id} name={user.name} size="medium" />
      </button>
      {anchor ? (
        <Menu
          label={user.name}
          anchor={anchor}
          items={[
            { id: 'projects', name: 'All projects', label: 'All projects' },
            { id: 'sign-out', name: 'Sign out', label: `Sign out ${user.name}` },
          ]}
          onChoose={(id) => {
            if (id === 'projects') go(pathTo());
            else void client.logout();
          }}
          onClose={() => setAnchor(null)}
        />
      ) : null}
    </>
  );
}
