import { memo } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { describe, DueMark, PriorityMark } from '../board/Card.js';
import { SlaMark } from '../board/SlaMark.js';
import type { LaneTicketProps } from '../board/laneProps.js';
import { PickBox, pickInstead } from '../bulk/PickBox.js';
import { statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { pathTo } from '../ui/useRoute.js';

type Props = LaneTicketProps & { readonly ticket: Ticket; readonly now: number };

export const ListRow = memo(function ListRow(props: Props) {
  const { ticket, now, isTabStop, isOpen, isPending, isSelected } = props;
  const { viewer, projectKey } = useBoardTools();
  return (
    <div
      className="list-row"
      role="row"
      aria-rowindex={props.index + 2}
      data-ticket={ticket.id}
      data-status={ticket.status}
      data-open={isOpen || undefined}
      data-pending={isPending || undefined}
      data-selected={isSelected || undefined}
      onClick={(event) => viewer.isStaff && pickInstead(event, ticket.id, props.onPick)}
    >
      <span role="cell" className="list-pick">
        {viewer.isStaff ? <PickBox {...props} /> : null}
      </span>
      <span role="cell" className="card-key">
        {ticket.key}
      </span>
      <span role="cell" className="list-title">
        <a
          href={pathTo(projectKey, ticket.key)}
          tabIndex={isTabStop ? 0 : -1}
          aria-label={describe(ticket)}
          aria-current={isOpen || undefined}
        >
          {ticket.title}
        </a>
      </span>
      <StatusCell ticket={ticket} isTabStop={isTabStop} />
      <span role="cell" className="list-priority">
        <PriorityMark priority={ticket.priority} />
      </span>
      <Assignee ticket={ticket} />
      <span role="cell" className="list-due">
        <DueMark ticket={ticket} />
        <SlaMark ticket={ticket} />
      </span>
      <span role="cell" className="list-updated">
        <time dateTime={ticket.updatedAt} title={formatMoment(ticket.updatedAt)}>
          {formatAgo(ticket.updatedAt, now)}
        </time>
      </span>
    </div>
  );
});

function StatusCell({ ticket, isTabStop }: Pick<Props, 'ticket' | 'isTabStop'>) {
  const { viewer, open } = useBoardTools();
  const name = statusNames[ticket.status];
  const mark = (
    <>
      <span className="status-dot" data-status={ticket.status} /> {name}
    </>
  );
  return (
    <span role="cell" className="list-status">
      {viewer.isStaff ? (
        <button
          type="button"
          tabIndex={isTabStop ? 0 : -1}
          aria-haspopup="menu"
          aria-label={`Change status of ${ticket.key}, now ${name}`}
          title="Change status (S)"
          onClick={(event) => open({ kind: 'status', ticket, anchor: event.currentTarget })}
        >
          {mark}
        </button>
      ) : (
        mark
      )}
    </span>
  );
}

function Assignee({ ticket }: { ticket: Ticket }) {
  const { viewer } = useBoardTools();
  const primary = ticket.assignees.find((assignee) => assignee.isPrimary);
  return (
    <span role="cell" className="list-assignee">
      {primary ? (
        <>
          <Avatar id={primary.userId} name={primary.name} />
          <span className="holder-name">{primary.userId === viewer.user.id ? 'You' : primary.name}</span>
          {ticket.assignees.length > 1 ? <span className="holders-more">+{ticket.assignees.length - 1}</span> : null}
        </>
      ) : (
        <span className="holders-none">Nobody</span>
      )}
    </span>
  );
}
