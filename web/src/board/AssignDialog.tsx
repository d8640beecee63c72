import { useState } from 'react';
import { limits, type Ticket } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { useBoardTools } from './boardContext.js';
import { PersonField, usePersonChoice } from './PersonField.js';

interface Props {
  readonly ticket: Ticket;
  /** Whose span of holding ends by this; null adds a holder. */
  readonly fromAssignmentId: string | null;
  readonly onClose: () => void;
}

/** Chooses who gets a ticket: type to narrow, arrows to choose, Enter to hand it over. */
export function AssignDialog({ ticket, fromAssignmentId, onClose }: Props) {
  const { actions } = useBoardTools();
  const choice = usePersonChoice(ticket);
  const { chosen } = choice;
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const from = ticket.assignees.find((assignee) => assignee.assignmentId === fromAssignmentId);

  const submit = async () => {
    if (!chosen) return;
    setIsBusy(true);
    const done = from ? actions.reassign(ticket, from, chosen, reason) : actions.assign(ticket, chosen, reason);
    if (await done) onClose();
    else setIsBusy(false);
  };

  return (
    <Dialog title={from ? `Pass ${ticket.key} on` : `Assign ${ticket.key}`} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className="form-subject">
          {ticket.title}
          {from ? <span className="form-hint"> Held by {from.name}.</span> : null}
        </p>
        <PersonField {...choice} />
        <label className="field">
          <span>
            Reason <span className="form-hint">optional, everybody in the team can read it</span>
          </span>
          <input value={reason} maxLength={limits.reasonLength} onChange={(event) => setReason(event.target.value)} />
        </label>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={!chosen || isBusy}>
            {chosen ? `${from ? 'Pass on' : 'Assign'} to ${chosen.name}` : 'Assign'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
