import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import type { Ticket } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';
import { ReasonField } from '../ui/ReasonField.js';
import { KeyField, ticketOf } from './KeyField.js';

interface Props {
  readonly ticket: Ticket;
  readonly onClose: () => void;
}

/** Makes the ticket part of another one of its project. */
export function MergeDialog({ ticket, onClose }: Props) {
  const { key, setKey, reason, setReason, problem, isBusy, submit, merge } = useMerge({ ticket, onClose });
  return (
    <FormDialog
      title={`Merge ${ticket.key}`}
      verb="Merge"
      isReady={!isBusy}
      problem={problem}
      onSubmit={() => submit(merge, key.trim().toUpperCase())}
      onClose={onClose}
    >
      <p className="form-subject">
        {ticket.title} is closed, and its comments, tags and watchers are shown at the other ticket. That can be undone.
      </p>
      <div className="field">
        <span aria-hidden="true">Into</span>
        <KeyField label="Into" value={key} onChange={setKey} except={ticket.key} />
      </div>
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}

function useMerge({ ticket, onClose }: Props) {
  const { client, toasts } = useBoardTools();
  const [key, setKey] = useState('');
  const [reason, setReason] = useState('');
  const { problem, isBusy, submit } = useSubmit(onClose);
  const merge = async () => {
    const into = await ticketOf(client, key);
    const why = reason.trim() === '' ? {} : { reason: reason.trim() };
    await client.tickets.merge({ ticketId: ticket.id, intoId: into.id, ...why });
    const undo = () => client.tickets.unmerge({ ticketId: ticket.id });
    toasts.show('notice', `${ticket.key} is part of ${into.key} now.`, {
      label: 'Undo',
      run: () => void undo().catch((error: unknown) => toasts.show('error', explain(error, ticket.key))),
    });
  };
  return { key, setKey, reason, setReason, problem, isBusy, submit, merge };
}
