import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import type { LaneViewProps } from '../board/laneProps.js';
import type { Lane } from '../board/lanes.js';
import { NothingHere } from '../board/NothingHere.js';
import type { ReadOn } from '../board/useLanes.js';
import { useVirtualLane } from '../board/useVirtualLane.js';
import { firstDirection, type SortBy } from '../filter/boardFilter.js';
import { useNow } from '../ui/useNow.js';
import { ListRow } from './ListRow.js';

/** Rows are all of this height; on narrow screens they have two lines. */
const ROW_PX = 41;
const NARROW_ROW_PX = 65;
const NARROW = '(max-width: 700px)';

interface Head {
  readonly name: string;
  /** Only what the server can order by: the rows that are not read yet stand in its order. */
  readonly sort?: SortBy;
}
const heads: readonly Head[] = [
  { name: 'Key', sort: 'createdAt' },
  { name: 'Title' },
  { name: 'Status' },
  { name: 'Priority', sort: 'priority' },
  { name: 'Assignee' },
  { name: 'Due', sort: 'dueDate' },
  { name: 'Updated', sort: 'updatedAt' },
];

/** All tickets as one table, of which only the rows in sight are drawn. */
export function TicketList(props: LaneViewProps) {
  const { lanes, query, setQuery, selected, pendingIds, openKey, readOn, reveal } = props;
  const [lane] = lanes;
  return lane ? (
    <div className="list">
      <div
        className="list-table"
        role="table"
        aria-label="Tickets"
        aria-rowcount={lane.hasMore ? -1 : lane.tickets.length + 1}
      >
        <ListHead lane={lane} query={query} setQuery={setQuery} selected={selected} />
        <Rows {...{ lane, selected, pendingIds, openKey, readOn, reveal }} />
      </div>
      <ListEnd lane={lane} readOn={readOn} />
      {lane.tickets.length === 0 && !lane.isReading && !lane.hasMore && !lane.error ? (
        <NothingHere filter={query.filter} setQuery={setQuery} />
      ) : null}
    </div>
  ) : null;
}

type RowsProps = Pick<LaneViewProps, 'selected' | 'pendingIds' | 'openKey' | 'readOn' | 'reveal'> & { lane: Lane };

function Rows({ lane, selected, pendingIds, openKey, readOn, reveal }: RowsProps) {
  const size = matchMedia(NARROW).matches ? NARROW_ROW_PX : ROW_PX;
  const { setScroller, onFocus, shown, before, after, tabStopId } = useVirtualLane({ lane, readOn, reveal, size });
  const now = useNow(30_000);
  return (
    <div className="list-rows" ref={setScroller} onFocus={onFocus}>
      <div role="rowgroup" style={{ paddingTop: before, paddingBottom: after }}>
        {shown.map(({ ticket, index }) => (
          <ListRow
            key={ticket.id}
            ticket={ticket}
            now={now}
            index={index}
            isTabStop={ticket.id === tabStopId}
            isOpen={ticket.key === openKey}
            isPending={pendingIds.has(ticket.id)}
            isSelected={selected.ids.has(ticket.id)}
            onPick={selected.pick}
          />
        ))}
      </div>
    </div>
  );
}

function ListHead({
  lane,
  query,
  setQuery,
  selected,
}: Pick<LaneViewProps, 'query' | 'setQuery' | 'selected'> & { lane: Lane }) {
  const { viewer } = useBoardTools();
  const { by, dir } = query.sort;
  const isAll = lane.tickets.length > 0 && selected.tickets.length === lane.tickets.length;
  const sortBy = (sort: SortBy) => {
    const other = dir === 'asc' ? 'desc' : 'asc';
    setQuery({ sort: { by: sort, dir: by === sort ? other : firstDirection[sort] } });
  };
  return (
    <div className="list-head" role="rowgroup">
      <div className="list-row" role="row">
        <span role="columnheader" className="list-pick">
          {viewer.isStaff ? (
            <input
              type="checkbox"
              className="pick"
              aria-label="Select all that are shown"
              checked={isAll}
              onChange={isAll ? selected.clear : selected.pickAll}
            />
          ) : null}
        </span>
        {heads.map(({ name, sort }) => (
          <span
            key={name}
            role="columnheader"
            aria-sort={sort === by ? (dir === 'asc' ? 'ascending' : 'descending') : undefined}
          >
            {sort ? (
              <button type="button" onClick={() => sortBy(sort)}>
                {name}
                {sort === by ? <span aria-hidden="true">{dir === 'asc' ? '↑' : '↓'}</span> : null}
              </button>
            ) : (
              name
            )}
          </span>
        ))}
      </div>
    </div>
  );
}

/** How many there are, and what became of reading on. */
function ListEnd({ lane, readOn }: { lane: Lane; readOn: ReadOn }) {
  const { id, tickets, count, isReading, error } = lane;
  return (
    <div className="list-end">
      {error ? (
        <>
          <p role="alert">{explain(error, 'The list')}</p>
          <button type="button" className="button" onClick={() => readOn(id)}>
            Try again
          </button>
        </>
      ) : (
        <p>{isReading ? `${tickets.length} of ${count}, loading more…` : `${tickets.length} of ${count} tickets`}</p>
      )}
    </div>
  );
}
