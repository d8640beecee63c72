import { memo, type DragEvent } from 'react';
import { priorityNames, statusNames, tagsOf, waitingNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { dueState, formatDay } from '../ui/dates.js';
import { Icon, type IconName } from '../ui/Icon.js';
import { pathTo } from '../ui/useRoute.js';
import { useBoardTools } from './boardContext.js';
import type { LaneTicketProps } from './laneProps.js';
import { SlaMark } from './SlaMark.js';
import { pressingClock } from './slaText.js';
import { PickBox, pickInstead } from '../bulk/PickBox.js';

interface Props extends LaneTicketProps {
  readonly ticket: Ticket;
  /** Who waits for a decision to get it. */
  readonly proposedName: string | null;
}

export const Card = memo(function Card(props: Props) {
  const { ticket, isTabStop, isOpen, isPending, isSelected, index, onPick, measure, proposedName } = props;
  const { viewer, open, projectKey } = useBoardTools();
  return (
    <li
      className="card"
      ref={measure}
      data-index={index}
      data-selected={isSelected || undefined}
      data-ticket={ticket.id}
      data-status={ticket.status}
      data-priority={ticket.priority}
      data-pending={isPending || undefined}
      data-open={isOpen || undefined}
      draggable={viewer.isStaff}
      onDragStart={(event) => startDrag(event, ticket.id)}
      onClick={(event) => viewer.isStaff && pickInstead(event, ticket.id, onPick)}
    >
      <div className="card-head">
        <span className="card-key">{ticket.key}</span>
        <PriorityMark priority={ticket.priority} />
        {viewer.isStaff ? <PickBox {...props} /> : null}
        {viewer.isStaff ? (
          <button
            type="button"
            className="card-move"
            tabIndex={isTabStop ? 0 : -1}
            aria-haspopup="menu"
            aria-label={`Change status of ${ticket.key}, now ${statusNames[ticket.status]}`}
            title="Change status (S)"
            onClick={(event) => open({ kind: 'status', ticket, anchor: event.currentTarget })}
          >
            <Icon name="more" />
          </button>
        ) : null}
      </div>
      <h3 className="card-title">
        <a
          href={pathTo(projectKey, ticket.key)}
          draggable={false}
          tabIndex={isTabStop ? 0 : -1}
          aria-label={describe(ticket)}
          aria-current={isOpen || undefined}
        >
          {ticket.title}
        </a>
      </h3>
      <TagChips ticket={ticket} />
      <Proposed name={proposedName} />
      <div className="card-foot">
        <Facts ticket={ticket} />
        <Holders ticket={ticket} tabIndex={isTabStop ? 0 : -1} isPending={isPending} />
      </div>
    </li>
  );
});

export function describe(ticket: Ticket): string {
  const holders = ticket.assignees.map((a) => a.name).join(', ');
  return [
    `${ticket.key}: ${ticket.title}`,
    `${priorityNames[ticket.priority]} priority`,
    holders ? `held by ${holders}` : 'held by nobody',
    ticket.dueDate ? `due ${formatDay(ticket.dueDate)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function startDrag(event: DragEvent<HTMLElement>, ticketId: string): void {
  event.dataTransfer.setData('text/baton-ticket', ticketId);
  event.dataTransfer.effectAllowed = 'move';
}

const priorityIcons = { URGENT: 'urgent', HIGH: 'high', MEDIUM: 'medium', LOW: 'low' } as const satisfies Record<
  Ticket['priority'],
  IconName
>;

export function PriorityMark({ priority }: { priority: Ticket['priority'] }) {
  return (
    <span className="priority" data-priority={priority} title={`${priorityNames[priority]} priority`}>
      <Icon name={priorityIcons[priority]} />
      {priorityNames[priority]}
    </span>
  );
}

const dueNames = { overdue: 'overdue', today: 'due today', soon: 'due soon', later: '' };

/** When it is due, and how pressing that is; nothing presses when the work is done. */
export function DueMark({ ticket }: { ticket: Ticket }) {
  if (!ticket.dueDate) return null;
  const isDone = ticket.status === 'RESOLVED' || ticket.status === 'CLOSED';
  const due = isDone ? 'later' : dueState(ticket.dueDate);
  return (
    <span className="fact" data-due={due} title={dueNames[due] || undefined}>
      <Icon name="calendar" />
      {formatDay(ticket.dueDate)}
      {dueNames[due] ? <span className="visually-hidden">, {dueNames[due]}</span> : null}
    </span>
  );
}

const TAGS_MAX = 4;

/** The first tags; the panel has all. */
function TagChips({ ticket }: { ticket: Ticket }) {
  const tags = tagsOf(ticket);
  if (tags.length === 0) return null;
  return (
    <ul className="card-tags" aria-label="Tags">
      {tags.slice(0, TAGS_MAX).map((tag) => (
        <li key={tag} className="tag">
          <span className="tag-name" title={tag}>
            {tag}
          </span>
        </li>
      ))}
      {tags.length > TAGS_MAX ? <li className="tag">+{tags.length - TAGS_MAX}</li> : null}
    </ul>
  );
}

/** Of those who may not decide nobody is told. */
const Proposed = ({ name }: { name: string | null }) =>
  name === null ? null : (
    <p className="card-proposed">
      <Icon name="plan" />
      Proposed: {name}
    </p>
  );

function Facts({ ticket }: { ticket: Ticket }) {
  return (
    <ul className="facts" aria-label="Facts">
      {ticket.dueDate ? (
        <li>
          <DueMark ticket={ticket} />
        </li>
      ) : null}
      {pressingClock(ticket) ? (
        <li>
          <SlaMark ticket={ticket} />
        </li>
      ) : null}
      {ticket.waitingOn ? (
        <li className="fact" title={waitingNames[ticket.waitingOn]}>
          <Icon name="clock" />
          {ticket.waitingOn === 'CUSTOMER' ? 'Customer' : 'Third party'}
        </li>
      ) : null}
      {ticket.storyPoints === null ? null : (
        <li className="fact" title="Story points">
          {ticket.storyPoints} pt
        </li>
      )}
    </ul>
  );
}

function Holders({ ticket, tabIndex, isPending }: { ticket: Ticket; tabIndex: number; isPending: boolean }) {
  const { viewer, actions } = useBoardTools();
  const [primary, ...others] = ticket.assignees.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  if (primary) {
    return (
      <span className="holders">
        {others.length > 0 ? <span className="holders-more">+{others.length}</span> : null}
        <Avatar id={primary.userId} name={primary.name} />
        <span className="holder-name">{primary.userId === viewer.user.id ? 'You' : primary.name}</span>
      </span>
    );
  }
  if (ticket.status === 'CLOSED') return null;
  if (!viewer.isStaff) return <span className="holders-none">Nobody yet</span>;
  return (
    <button
      type="button"
      className="claim"
      tabIndex={tabIndex}
      disabled={isPending}
      aria-label={`Claim ${ticket.key}`}
      title="Claim (C)"
      onClick={() => void actions.claim(ticket)}
    >
      Claim
    </button>
  );
}
