import { useEffect, type ComponentType } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { IncomingSection } from '../incoming/IncomingSection.js';
import { RulesSection } from '../rules/RulesSection.js';
import { SlaSection } from '../sla/SlaSection.js';
import { Icon } from '../ui/Icon.js';
import { pathTo, settingsPath } from '../ui/useRoute.js';
import { ValidationsSection } from '../validations/ValidationsSection.js';
import { WebhooksSection } from '../webhooks/WebhooksSection.js';
import { FieldsSection } from './FieldsSection.js';
import { sectionsFor, type SectionProps, type SettingsPath } from './settingsSections.js';

const contents: Readonly<Record<SettingsPath, ComponentType<SectionProps>>> = {
  fields: FieldsSection,
  rules: RulesSection,
  webhooks: WebhooksSection,
  incoming: IncomingSection,
  sla: SlaSection,
  validations: ValidationsSection,
};

interface Props extends SectionProps {
  /** The first of them while none is named. */
  readonly section: string | null;
}

/** How a project is set up, a part at a time. */
export function SettingsPage({ state, section, item }: Props) {
  const { viewer, projectKey } = useBoardTools();
  const sections = sectionsFor(viewer);
  const shown = sections.find(({ path }) => path === section) ?? (section === null ? sections[0] : undefined);
  const name = shown?.name ?? 'Settings';
  useEffect(() => {
    document.title = `${name} · ${projectKey} · Baton`;
  }, [name, projectKey]);
  if (!shown) return <NotForThem />;
  const Content = contents[shown.path];
  return (
    <main className="admin settings">
      <header className="settings-head">
        <h1>Settings</h1>
        <span className="form-hint">{state.project.name}</span>
        <a className="button button-quiet" href={pathTo(projectKey)}>
          Board
        </a>
      </header>
      <nav className="settings-nav" aria-label="Settings">
        <ul>
          {sections.map(({ path, name: label, icon }) => (
            <li key={path}>
              <a href={pathTo(projectKey, settingsPath, path)} aria-current={path === shown.path ? 'page' : undefined}>
                <Icon name={icon} />
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="settings-main">
        <Content key={shown.path} state={state} item={item} />
      </div>
    </main>
  );
}

function NotForThem() {
  const { viewer, projectKey } = useBoardTools();
  return (
    <main className="notice-page">
      <p role="alert">
        {viewer.isLead
          ? 'There are no such settings.'
          : 'Only those who lead this project may change how it is set up.'}
      </p>
      <p>
        <a href={pathTo(projectKey)}>To the board</a>
      </p>
    </main>
  );
}
