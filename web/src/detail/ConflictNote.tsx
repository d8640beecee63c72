import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Clash, Conflict } from '../acts/conflicts.js';
import { fieldName, valueText } from '../acts/takingBack.js';
import { useBoardTools } from '../board/boardContext.js';
import type { Ticket, TicketPatch } from '../sdk.js';

/** The conflict about the open ticket, until it is settled. */
export function useConflict(ticketId: string) {
  const { conflicts } = useBoardTools().actions;
  const subscribe = useCallback(
    (listener: () => void) => conflicts.subscribe(ticketId, listener),
    [conflicts, ticketId],
  );
  const conflict = useSyncExternalStore(subscribe, () => conflicts.get(ticketId));
  return { conflict, settle: () => conflicts.settle(ticketId) };
}

interface Props {
  readonly ticket: Ticket;
  readonly conflict: Conflict;
  readonly onSettled: () => void;
}

/** Two people changed the same thing: what stands now, what one wanted, and the choice. Nothing is lost by waiting. */
export function ConflictNote({ ticket, conflict, onSettled }: Props) {
  const { actions } = useBoardTools();
  const note = useRef<HTMLElement>(null);
  useEffect(() => note.current?.focus(), []);
  const useMine = () => {
    onSettled();
    const theirs = Object.fromEntries(conflict.clashes.map((clash) => [clash.field, clash.theirs]));
    const mine: TicketPatch = Object.fromEntries(conflict.clashes.map((clash) => [clash.field, clash.yours]));
    void actions.edit({ ...ticket, ...theirs, version: conflict.currentVersion }, mine);
  };
  return (
    <section ref={note} className="conflict" role="alert" aria-label="Changed by two people" tabIndex={-1}>
      <p>
        <strong>Somebody else changed this a moment earlier.</strong> Which one shall stand?
      </p>
      {conflict.clashes.map((clash) => (
        <Values key={clash.field} clash={clash} />
      ))}
      <div className="form-buttons">
        <button type="button" className="button" onClick={onSettled}>
          Keep theirs
        </button>
        <button type="button" className="button button-primary" onClick={useMine}>
          Use mine
        </button>
      </div>
    </section>
  );
}

function Values({ clash: { field, theirs, yours } }: { clash: Clash }) {
  return (
    <dl>
      <div>
        <dt>Their {fieldName(field)}</dt>
        <dd>{valueText(field, theirs)}</dd>
      </div>
      <div>
        <dt>Your {fieldName(field)}</dt>
        <dd>{valueText(field, yours)}</dd>
      </div>
    </dl>
  );
}
