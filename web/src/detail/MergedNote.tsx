import { useBoardTools } from '../board/boardContext.js';
import type { Ticket, TicketDetail } from '../sdk.js';
import { pathTo } from '../ui/useRoute.js';
import { projectOf } from './TicketLine.js';

interface Props {
  readonly ticket: Ticket;
  readonly detail: TicketDetail | null;
}

/** Says of which ticket this one is part, and takes it out again. */
export function MergedNote({ ticket, detail }: Props) {
  const { client, viewer, actions } = useBoardTools();
  const link = detail?.links.find(({ type, isFrom }) => type === 'MERGED_INTO' && isFrom);
  if (ticket.mergedIntoId === null) return null;
  return (
    <div className="merged-note">
      <p>
        This ticket is part of {link ? <a href={pathTo(projectOf(link.key), link.key)}>{link.key}</a> : 'another one'}{' '}
        now.
      </p>
      {viewer.isStaff ? (
        <button
          type="button"
          className="button"
          onClick={() => void actions.run(ticket, null, () => client.tickets.unmerge({ ticketId: ticket.id }))}
        >
          Take it out again
        </button>
      ) : null}
    </div>
  );
}
