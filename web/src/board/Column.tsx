import { useState, type DragEvent } from 'react';
import { isFiltering } from '../filter/boardFilter.js';
import { statusNames } from '../model.js';
import type { TicketStatus } from '../sdk.js';
import { Card } from './Card.js';
import { useBoardTools } from './boardContext.js';
import { overlaid } from './boardView.js';
import { explain } from './explain.js';
import type { LaneViewProps } from './laneProps.js';
import type { Lane } from './lanes.js';
import type { ReadOn } from './useLanes.js';
import { useVirtualLane } from './useVirtualLane.js';

/** What a card is high at most times: a title of two lines. */
const CARD_PX = 126;
const GAP_PX = 8;
const PADDING_PX = 3;

interface Props extends LaneViewProps {
  readonly lane: Lane;
  readonly status: TicketStatus;
}

export function Column(props: Props) {
  const { lane, status, query, readOn, reveal, selected, pendingIds, openKey, proposed } = props;
  const { viewer } = useBoardTools();
  const drop = useDropTarget(status);
  const { setScroller, onFocus, shown, before, after, measure, tabStopId } = useVirtualLane({
    lane,
    readOn,
    reveal,
    size: CARD_PX,
    gap: GAP_PX,
  });
  const headingId = `column-${status}`;
  return (
    <section
      className="column"
      id={`status-${status}`}
      data-status={status}
      data-dropping={drop.isOver || undefined}
      aria-labelledby={headingId}
      {...(viewer.isStaff ? drop.handlers : {})}
    >
      <h2 className="column-head" id={headingId}>
        <span className="status-dot" data-status={status} />
        {statusNames[status]} <span className="column-count">{lane.count}</span>
        <span className="visually-hidden">{lane.count === '1' ? 'ticket' : 'tickets'}</span>
      </h2>
      <div className="column-scroll" ref={setScroller} onFocus={onFocus}>
        <ul
          className="cards"
          aria-labelledby={headingId}
          style={{ paddingTop: before + PADDING_PX, paddingBottom: after + PADDING_PX }}
        >
          {shown.map(({ ticket, index }) => (
            <Card
              key={ticket.id}
              ticket={ticket}
              index={index}
              measure={measure}
              isTabStop={ticket.id === tabStopId}
              isOpen={ticket.key === openKey}
              isPending={pendingIds.has(ticket.id)}
              isSelected={selected.ids.has(ticket.id)}
              onPick={selected.pick}
              proposedName={proposed.get(ticket.id)?.assigneeName ?? null}
            />
          ))}
          <ColumnEnd lane={lane} isFiltering={isFiltering(query.filter)} readOn={readOn} />
        </ul>
      </div>
    </section>
  );
}

function ColumnEnd({ lane, isFiltering: filtering, readOn }: { lane: Lane; isFiltering: boolean; readOn: ReadOn }) {
  const { id, status, tickets, hasMore, isReading, error } = lane;
  const of = status ? <span className="visually-hidden"> of {statusNames[status]}</span> : null;
  if (error) {
    return (
      <li className="column-end column-empty">
        <p role="alert">{explain(error, 'This column')}</p>
        <button type="button" className="button" onClick={() => readOn(id)}>
          Try again{of}
        </button>
      </li>
    );
  }
  if (isReading) return <li className="column-end column-empty">Loading…</li>;
  if (hasMore) {
    return (
      <li className="column-end">
        <button type="button" className="button" onClick={() => readOn(id)}>
          Load more{of}
        </button>
      </li>
    );
  }
  if (tickets.length > 0) return null;
  return <li className="column-end column-empty">{filtering ? 'No match' : 'Nothing here'}</li>;
}

/** Dragging over a child leaves and enters again: only leaving the column itself ends the highlight. */
function useDropTarget(status: TicketStatus) {
  const { store, actions } = useBoardTools();
  const [isOver, setIsOver] = useState(false);
  const isTicket = (event: DragEvent) => event.dataTransfer.types.includes('text/baton-ticket');
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!isTicket(event)) return;
      event.preventDefault();
      setIsOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
    },
    onDrop: (event: DragEvent) => {
      if (!isTicket(event)) return;
      event.preventDefault();
      setIsOver(false);
      const { state, overlays } = store.get();
      const ticket = state?.tickets.get(event.dataTransfer.getData('text/baton-ticket'));
      // As it is shown: what is on its way to the server can be moved on, and back.
      if (ticket) void actions.move(overlaid(ticket, overlays), status);
    },
  };
  return { isOver, handlers };
}
