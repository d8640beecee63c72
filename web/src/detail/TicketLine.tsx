import type { ReactNode } from 'react';
import { statusNames } from '../model.js';
import type { TicketStatus } from '../sdk.js';
import { pathTo } from '../ui/useRoute.js';

interface Props {
  readonly ticketKey: string;
  readonly title: string;
  readonly status: TicketStatus;
  readonly children?: ReactNode;
}

/** Another ticket, of whichever project, in one line. */
export function TicketLine({ ticketKey, title, status, children }: Props) {
  return (
    <li className="ticket-line">
      <span className="status-dot" data-status={status} title={statusNames[status]} />
      <a href={pathTo(projectOf(ticketKey), ticketKey)} aria-label={`${ticketKey}: ${title}, ${statusNames[status]}`}>
        <span className="card-key">{ticketKey}</span> <span className="ticket-line-title">{title}</span>
      </a>
      {children}
    </li>
  );
}

/** The key of the project that a ticket's key begins with. */
export const projectOf = (ticketKey: string): string => ticketKey.slice(0, ticketKey.lastIndexOf('-'));
