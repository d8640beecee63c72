import type { Assignee, Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { Avatar } from '../ui/Avatar.js';

/** Who holds the ticket, and for staff the ways it can change hands. */
export function Holders({ ticket }: { ticket: Ticket }) {
  const { viewer, actions, open } = useBoardTools();
  const isClosed = ticket.status === 'CLOSED';
  const sorted = ticket.assignees.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  return (
    <section className="hands" aria-labelledby="hands-title">
      <h3 id="hands-title">Held by</h3>
      {sorted.length === 0 ? <p className="form-hint">{isClosed ? 'Nobody: it is closed.' : 'Nobody yet.'}</p> : null}
      <ul>
        {sorted.map((holder) => (
          <Holder key={holder.userId} ticket={ticket} holder={holder} />
        ))}
      </ul>
      {viewer.isStaff && !isClosed ? (
        <div className="hands-tools">
          {ticket.assigneeId === null ? (
            <button type="button" className="button button-primary" onClick={() => void actions.claim(ticket)}>
              Claim
            </button>
          ) : null}
          <button
            type="button"
            className="button"
            onClick={() => open({ kind: 'assign', ticket, fromAssignmentId: null })}
          >
            {sorted.length === 0 ? 'Assign…' : 'Add somebody…'}
          </button>
        </div>
      ) : null}
    </section>
  );
}

function Holder({ ticket, holder }: { ticket: Ticket; holder: Assignee }) {
  const { viewer, actions, open } = useBoardTools();
  const isViewer = holder.userId === viewer.user.id;
  const note = holder.isPrimary || ticket.assignees.length === 1 ? '' : 'also';
  return (
    <li className="hand">
      <Avatar id={holder.userId} name={holder.name} size="medium" />
      <span className="hand-name">
        {isViewer ? 'You' : holder.name} {note ? <span className="form-hint">{note}</span> : null}
      </span>
      {viewer.isStaff && holder.assignmentId !== '' ? (
        <>
          <button
            type="button"
            className="button button-quiet"
            aria-label={`Pass on from ${holder.name}`}
            onClick={() => open({ kind: 'assign', ticket, fromAssignmentId: holder.assignmentId })}
          >
            Pass on…
          </button>
          <button
            type="button"
            className="button button-quiet"
            aria-label={isViewer ? 'Let go' : `Remove ${holder.name}`}
            onClick={() => void actions.remove(ticket, holder)}
          >
            {isViewer ? 'Let go' : 'Remove'}
          </button>
        </>
      ) : null}
    </li>
  );
}
