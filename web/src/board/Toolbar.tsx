import type { RefObject } from 'react';
import { Icon } from '../ui/Icon.js';
import { useBoardTools } from './boardContext.js';
import type { BoardState } from './boardState.js';
import type { BoardFilter, Holder, SortBy } from './boardView.js';
import type { FeedOpen } from './useFeedOpen.js';

interface Props {
  readonly state: BoardState;
  readonly filter: BoardFilter;
  readonly onFilter: (filter: BoardFilter) => void;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly feed: FeedOpen;
}

const holders: readonly (readonly [Holder, string])[] = [
  ['anyone', 'All'],
  ['me', 'Mine'],
  ['nobody', 'Unheld'],
];
const sorts: readonly (readonly [SortBy, string])[] = [
  ['updatedAt', 'Latest change'],
  ['priority', 'Priority'],
  ['dueDate', 'Due date'],
];

export function Toolbar({ state, filter, onFilter, search, feed }: Props) {
  const { viewer, open } = useBoardTools();
  return (
    <div className="toolbar" role="group" aria-label="Board tools">
      <h1 className="toolbar-title">
        {state.project.name}
        {viewer.isStaff ? null : <span className="toolbar-note">The tickets you reported</span>}
      </h1>
      <SearchField filter={filter} onFilter={onFilter} search={search} />
      {viewer.isStaff ? <HolderFilter filter={filter} onFilter={onFilter} /> : null}
      <label className="sort">
        <span className="visually-hidden">Sort by</span>
        <select
          value={filter.sortBy}
          onChange={(event) => onFilter({ ...filter, sortBy: event.target.value as SortBy })}
        >
          {sorts.map(([by, name]) => (
            <option key={by} value={by}>
              {name}
            </option>
          ))}
        </select>
      </label>
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

type FilterProps = Pick<Props, 'filter' | 'onFilter'>;

function HolderFilter({ filter, onFilter }: FilterProps) {
  return (
    <div className="segments" role="group" aria-label="Whose tickets">
      {holders.map(([holder, name]) => (
        <button
          key={holder}
          type="button"
          aria-pressed={filter.holder === holder}
          onClick={() => onFilter({ ...filter, holder })}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function SearchField({ filter, onFilter, search }: FilterProps & Pick<Props, 'search'>) {
  return (
    <label className="search">
      <Icon name="search" />
      <input
        ref={search}
        type="search"
        aria-label="Search tickets"
        placeholder="Search"
        maxLength={200}
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onFilter({ ...filter, text: '' });
          event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
