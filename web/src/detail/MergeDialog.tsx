import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { limits, type Ticket } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { KeyField, ticketOf } from './KeyField.js';

interface Props {
  readonly ticket: Ticket;
  readonly onClose: () => void;
}

/** Makes the ticket part of another one of its project. */
export function MergeDialog({ ticket, onClose }: Props) {
  const { key, setKey, reason, setReason, problem, isBusy, submit } = useMerge({ ticket, onClose });
  return (
    <Dialog title={`Merge ${ticket.key}`} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className="form-subject">
          {ticket.title} is closed, and its comments, tags and watchers are shown at the other ticket. That can be
          undone.
        </p>
        <div className="field">
          <span aria-hidden="true">Into</span>
          <KeyField label="Into" value={key} onChange={setKey} except={ticket.key} />
        </div>
        <label className="field">
          <span>
            Reason <span className="form-hint">optional, everybody in the team can read it</span>
          </span>
          <input value={reason} maxLength={limits.reasonLength} onChange={(event) => setReason(event.target.value)} />
        </label>
        <p className="form-problem" role="alert">
          {problem}
        </p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy}>
            Merge
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function useMerge({ ticket, onClose }: Props) {
  const { client, toasts } = useBoardTools();
  const [key, setKey] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);
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
  const submit = () => {
    setIsBusy(true);
    merge().then(onClose, (error: unknown) => {
      setProblem(explain(error, key.trim().toUpperCase()));
      setIsBusy(false);
    });
  };
  return { key, setKey, reason, setReason, problem, isBusy, submit };
}
