import { useState } from 'react';
import type { Ticket } from '../sdk.js';
import { FormDialog } from '../ui/FormDialog.js';
import { ReasonField } from '../ui/ReasonField.js';
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
    <FormDialog
      title={from ? `Pass ${ticket.key} on` : `Assign ${ticket.key}`}
      verb={chosen ? `${from ? 'Pass on' : 'Assign'} to ${chosen.name}` : 'Assign'}
      isReady={chosen !== undefined && !isBusy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className="form-subject">
        {ticket.title}
        {from ? <span className="form-hint"> Held by {from.name}.</span> : null}
      </p>
      <PersonField {...choice} />
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}
