import { statusNames } from '../model.js';
import { Column } from './Column.js';
import type { LaneViewProps } from './laneProps.js';
import { NothingHere } from './NothingHere.js';

/** One column per status, side by side. */
export function Columns(props: LaneViewProps) {
  const { lanes, query, setQuery } = props;
  const isEmpty = lanes.every(({ tickets, hasMore, isReading }) => tickets.length === 0 && !hasMore && !isReading);
  return (
    <>
      <nav className="column-tabs" aria-label="Columns">
        {lanes.map(({ id, status, count }) => (
          <button
            key={id}
            type="button"
            onClick={() =>
              document.getElementById(`status-${id}`)?.scrollIntoView({ inline: 'start', block: 'nearest' })
            }
          >
            <span className="status-dot" data-status={id} />
            {status ? statusNames[status] : null} <span className="column-count">{count}</span>
          </button>
        ))}
      </nav>
      <div className="board">
        <div className="columns">
          {lanes.map((lane) =>
            lane.status ? <Column key={lane.id} lane={lane} status={lane.status} {...props} /> : null,
          )}
        </div>
        {isEmpty ? <NothingHere filter={query.filter} setQuery={setQuery} /> : null}
      </div>
    </>
  );
}
