import type { RefObject } from 'react';
import type { BoardQuery } from '../filter/boardFilter.js';
import type { SetQuery } from '../filter/useBoardQuery.js';
import type { Viewer } from '../model.js';
import { limits } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { pathTo, planPath, settingsPath, talkPath } from '../ui/useRoute.js';
import { useBoardTools } from './boardContext.js';
import type { BoardState } from './boardState.js';
import type { FeedOpen } from './useFeedOpen.js';

interface Props {
  readonly state: BoardState;
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly feed: FeedOpen;
  readonly openPalette: () => void;
}

const layouts = [
  { layout: 'columns', icon: 'columns', name: 'Columns' },
  { layout: 'list', icon: 'list', name: 'List' },
] as const;

export function Toolbar({ state, query, setQuery, search, feed, openPalette }: Props) {
  const { viewer, open } = useBoardTools();
  return (
    <div className="toolbar" role="group" aria-label="Board tools">
      <h1 className="toolbar-title">
        {state.project.name}
        {viewer.isStaff ? null : <span className="toolbar-note">The tickets you reported</span>}
      </h1>
      <SearchField query={query} setQuery={setQuery} search={search} />
      <LayoutChoice query={query} setQuery={setQuery} />
      <button
        type="button"
        className="icon-button"
        aria-label="Find anything"
        title="Find anything (Ctrl K)"
        onClick={openPalette}
      >
        <Icon name="command" />
      </button>
      <Places />
      <button
        type="button"
        className="icon-button"
        aria-label="Activity"
        aria-pressed={feed.isOpen}
        title="Activity"
        onClick={feed.toggle}
      >
        <Icon name="pulse" />
      </button>
      <button
        type="button"
        className="icon-button help-button"
        aria-label="Keyboard help"
        title="Keyboard (?)"
        onClick={() => open({ kind: 'help' })}
      >
        <Icon name="keyboard" />
      </button>
      <button
        type="button"
        className="button button-primary new-ticket"
        title="New ticket (N)"
        onClick={() => open({ kind: 'create' })}
      >
        <Icon name="plus" />
        <span>New ticket</span>
      </button>
    </div>
  );
}

const places = [
  { path: talkPath, icon: 'talk', name: 'Conversations', title: 'Conversations', isFor: () => true },
  {
    path: planPath,
    icon: 'plan',
    name: 'Plan',
    title: 'Who should have what',
    isFor: ({ isStaff }: Viewer) => isStaff,
  },
  {
    path: settingsPath,
    icon: 'gear',
    name: 'Settings',
    title: 'How this project is set up',
    isFor: ({ isLead }: Viewer) => isLead,
  },
] as const;

/** What else there is of the project than its board. */
function Places() {
  const { viewer, projectKey } = useBoardTools();
  return places
    .filter(({ isFor }) => isFor(viewer))
    .map(({ path, icon, name, title }) => (
      <a key={path} className="icon-button" href={pathTo(projectKey, path)} aria-label={name} title={title}>
        <Icon name={icon} />
      </a>
    ));
}

function LayoutChoice({ query, setQuery }: Pick<Props, 'query' | 'setQuery'>) {
  return (
    <div className="segments layouts" role="group" aria-label="Layout">
      {layouts.map(({ layout, icon, name }) => (
        <button
          key={layout}
          type="button"
          aria-label={name}
          title={`${name} (V)`}
          aria-pressed={query.layout === layout}
          onClick={() => setQuery({ layout })}
        >
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}

function SearchField({ query, setQuery, search }: Pick<Props, 'query' | 'setQuery' | 'search'>) {
  const setText = (text: string) => setQuery({ filter: { ...query.filter, text } });
  return (
    <label className="search">
      <Icon name="search" />
      <input
        ref={search}
        type="search"
        aria-label="Search tickets"
        placeholder="Search"
        maxLength={limits.searchLength}
        value={query.filter.text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          setText('');
          event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
