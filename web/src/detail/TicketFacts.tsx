import type { ReactNode } from 'react';
import { categoryNames, waitingNames } from '../model.js';
import type { Ticket, TicketDetail } from '../sdk.js';
import { PriorityMark } from '../board/Card.js';
import { formatAgo, formatDay, formatMoment } from '../ui/dates.js';
import { useNow } from '../ui/useNow.js';

/** Only what there is to tell: an empty field takes no room. */
export function TicketFacts({ ticket, detail }: { ticket: Ticket; detail: TicketDetail | null }) {
  const now = useNow(30_000);
  const facts: [string, ReactNode][] = [
    ['Priority', <PriorityMark key="priority" priority={ticket.priority} />],
    ['Category', categoryNames[ticket.category]],
    ['Reported by', detail?.reporterName],
    ['Due', ticket.dueDate && formatDay(ticket.dueDate)],
    ['Waiting', ticket.waitingOn && waitingNames[ticket.waitingOn]],
    ['Points', ticket.storyPoints],
    ['Department', detail?.departmentName],
    ['Needs', detail?.requiredSkillName],
    ['Created', <Ago key="created" at={ticket.createdAt} now={now} />],
    ['Changed', <Ago key="changed" at={ticket.updatedAt} now={now} />],
  ];
  return (
    <dl className="ticket-facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const Ago = ({ at, now }: { at: string; now: number }) => (
  <time dateTime={at} title={formatMoment(at)}>
    {formatAgo(at, now)}
  </time>
);
