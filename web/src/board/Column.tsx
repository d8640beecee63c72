import { useState, type DragEvent } from 'react';
import { statusNames } from '../model.js';
import type { Ticket, TicketStatus } from '../sdk.js';
import { Card } from './Card.js';
import { useBoardTools } from './boardContext.js';

interface Props {
  readonly status: TicketStatus;
  readonly tickets: readonly Ticket[];
  readonly count: number;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly isFiltering: boolean;
  readonly tabStopId: string | null;
  readonly openKey: string | null;
  readonly pendingIds: ReadonlySet<string>;
}

export function Column(props: Props) {
  const { status, tickets, count } = props;
  const { viewer } = useBoardTools();
  const drop = useDropTarget(status);
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
        {statusNames[status]} <span className="column-count">{count}</span>
        <span className="visually-hidden">{count === 1 ? 'ticket' : 'tickets'}</span>
      </h2>
      <ul className="cards" aria-labelledby={headingId} tabIndex={-1}>
        {tickets.map((ticket) => (
          <Card
            key={ticket.id}
            ticket={ticket}
            isTabStop={ticket.id === props.tabStopId}
            isOpen={ticket.key === props.openKey}
            isPending={props.pendingIds.has(ticket.id)}
          />
        ))}
        <ColumnEnd {...props} />
      </ul>
    </section>
  );
}

function ColumnEnd({ status, tickets, hasMore, isLoadingMore, isFiltering }: Props) {
  const { actions } = useBoardTools();
  if (hasMore && !isFiltering) {
    return (
      <li className="column-end">
        <button type="button" className="button" disabled={isLoadingMore} onClick={() => void actions.loadMore(status)}>
          {isLoadingMore ? 'Loading…' : 'Load more'}
          <span className="visually-hidden"> of {statusNames[status]}</span>
        </button>
      </li>
    );
  }
  if (tickets.length > 0) return null;
  return <li className="column-end column-empty">{isFiltering ? 'No match' : 'Nothing here'}</li>;
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
      const ticket = store.get().state?.tickets.get(event.dataTransfer.getData('text/baton-ticket'));
      if (ticket) void actions.move(ticket, status);
    },
  };
  return { isOver, handlers };
}
