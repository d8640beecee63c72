import { useState } from 'react';
import { limitOf, type Assignee, type Developer, type Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { isAway } from '../board/useCandidates.js';
import { useProfiles } from '../board/useProfiles.js';
import { Avatar } from '../ui/Avatar.js';
import { ReasonDialog } from '../ui/ReasonDialog.js';
import { Workload } from '../ui/Workload.js';
import { HolderHistory } from './HolderHistory.js';

/** Who holds the ticket and how much else they hold, and for staff the ways it can change hands. */
export function Holders({ ticket }: { ticket: Ticket }) {
  const { viewer, actions, open } = useBoardTools();
  const profiles = useProfiles();
  const isClosed = ticket.status === 'CLOSED';
  const sorted = ticket.assignees.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  return (
    <section className="hands" aria-labelledby="hands-title">
      <h3 id="hands-title">Held by</h3>
      {sorted.length === 0 ? <p className="form-hint">{isClosed ? 'Nobody: it is closed.' : 'Nobody yet.'}</p> : null}
      <ul>
        {sorted.map((holder) => (
          <Holder key={holder.userId} ticket={ticket} holder={holder} profile={profiles.get(holder.userId)} />
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
      {viewer.isStaff ? <HolderHistory ticket={ticket} /> : null}
    </section>
  );
}

interface HolderProps {
  readonly ticket: Ticket;
  readonly holder: Assignee;
  readonly profile: Developer | undefined;
}

function Holder({ ticket, holder, profile }: HolderProps) {
  const { viewer } = useBoardTools();
  const note = holder.isPrimary || ticket.assignees.length === 1 ? '' : 'also';
  return (
    <li className="hand">
      <Avatar id={holder.userId} name={holder.name} size="medium" />
      <span className="hand-name">
        {holder.userId === viewer.user.id ? 'You' : holder.name}{' '}
        {note ? <span className="form-hint">{note}</span> : null}
        {profile && isAway(profile) ? <span className="form-hint">Out of office</span> : null}
      </span>
      {profile ? <Workload load={profile.currentWorkload} limit={limitOf(profile)} /> : null}
      {viewer.isStaff && holder.assignmentId !== '' ? <HolderTools ticket={ticket} holder={holder} /> : null}
    </li>
  );
}

/** One lets go at once; why a ticket is taken from somebody else is asked. */
function HolderTools({ ticket, holder }: Omit<HolderProps, 'profile'>) {
  const { viewer, actions, open } = useBoardTools();
  const [isAsking, setIsAsking] = useState(false);
  const isViewer = holder.userId === viewer.user.id;
  return (
    <span className="hand-tools">
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
        onClick={() => (isViewer ? void actions.remove(ticket, holder) : setIsAsking(true))}
      >
        {isViewer ? 'Let go' : 'Remove…'}
      </button>
      {isAsking ? (
        <ReasonDialog
          title={`Take ${ticket.key} from ${holder.name}`}
          text={ticket.title}
          verb="Remove"
          onSubmit={(reason) => actions.remove(ticket, holder, reason)}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
    </span>
  );
}
