import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { Icon } from '../ui/Icon.js';
import { plainQuery, queryFrom, searchOf, type BoardQuery } from './boardFilter.js';
import { keepFilters, savedFilters, withFilter, type SavedFilter } from './savedFilters.js';
import type { SetQuery } from './useBoardQuery.js';

interface Props {
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
  readonly isWorthSaving: boolean;
}

/** What a saved filter stands for: not the layout, which is a matter of the moment. */
const savedSearch = (query: BoardQuery) => searchOf({ ...query, layout: plainQuery.layout });

export function SavedFilters({ query, setQuery, isWorthSaving }: Props) {
  const { store, viewer } = useBoardTools();
  const [filters, setFilters] = useState(() => savedFilters(localStorage, viewer.user.id, store.projectId));
  const [isNaming, setIsNaming] = useState(false);
  const search = savedSearch(query);
  const keep = (next: readonly SavedFilter[]) => {
    keepFilters(localStorage, viewer.user.id, store.projectId, next);
    setFilters(next);
  };
  const isSaved = filters.some((saved) => saved.search === search);
  return (
    <>
      {filters.map((saved) => (
        <span key={saved.name} className="chip saved-filter" data-active={saved.search === search || undefined}>
          <button
            type="button"
            aria-pressed={saved.search === search}
            onClick={() => setQuery({ ...queryFrom(saved.search), layout: query.layout })}
          >
            <Icon name="star" />
            {saved.name}
          </button>
          {saved.search === search ? (
            <button
              type="button"
              aria-label={`Forget the filter ${saved.name}`}
              onClick={() => keep(filters.filter((one) => one !== saved))}
            >
              <Icon name="close" />
            </button>
          ) : null}
        </span>
      ))}
      {isWorthSaving && !isSaved ? (
        <button type="button" className="button-quiet filter-clear" onClick={() => setIsNaming(true)}>
          Save filter
        </button>
      ) : null}
      {isNaming ? (
        <NameDialog onName={(name) => keep(withFilter(filters, { name, search }))} onClose={() => setIsNaming(false)} />
      ) : null}
    </>
  );
}

function NameDialog({ onName, onClose }: { onName: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  return (
    <Dialog title="Save filter" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          onName(name.trim());
          onClose();
        }}
      >
        <label className="field">
          <span>Name</span>
          <input
            required
            maxLength={limits.nameLength}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <p className="form-hint">Kept in this browser, for you. To share it, send the address of this page.</p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={name.trim() === ''}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
