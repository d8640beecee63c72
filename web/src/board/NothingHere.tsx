import { isFiltering, noFilter, type BoardFilter } from '../filter/boardFilter.js';
import type { SetQuery } from '../filter/useBoardQuery.js';
import { useBoardTools } from './boardContext.js';

/** An empty board says what to do next: another filter, or the first ticket. */
export function NothingHere({ filter, setQuery }: { filter: BoardFilter; setQuery: SetQuery }) {
  const { open, viewer } = useBoardTools();
  return (
    <div className="nothing-here">
      {isFiltering(filter) ? (
        <>
          <h2>No ticket matches</h2>
          <p>Nothing in this project is like that, at the moment.</p>
          <button type="button" className="button" onClick={() => setQuery({ filter: noFilter })}>
            Clear filters
          </button>
        </>
      ) : (
        <>
          <h2>No tickets yet</h2>
          <p>
            {viewer.isStaff
              ? 'What people ask for comes in here. Begin with one of your own.'
              : 'Tell us what you need. You can follow here what becomes of it.'}
          </p>
          <button type="button" className="button button-primary" onClick={() => open({ kind: 'create' })}>
            New ticket
          </button>
        </>
      )}
    </div>
  );
}
