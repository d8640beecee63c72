import { useEffect, useRef, useState } from 'react';
import { letGo } from '../acts/conflicts.js';
import { limits, type Ticket } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { go, pathTo } from '../ui/useRoute.js';
import { useBoardTools } from './boardContext.js';
import { explain } from './explain.js';
import { changesOf, draftOf, emptyDraft, newTicketFrom, type Draft } from './ticketDraft.js';
import { TicketFields } from './TicketFields.js';

interface Props {
  /** Null makes a new one. */
  readonly ticket: Ticket | null;
  /** A new one keeps the conversation that it is opened from. */
  readonly conversationId?: string | undefined;
  readonly onClose: () => void;
}

/** A new ticket, or the fields of one that is there. What failed is told inside, with nothing typed lost. */
export function TicketDialog(props: Props) {
  const { ticket, onClose } = props;
  const { draft, setDraft, problem, isBusy, submit } = useTicketForm(props);
  return (
    <Dialog title={ticket ? `Edit ${ticket.key}` : 'New ticket'} size="wide" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <label className="field">
          <span>Title</span>
          <input
            required
            maxLength={limits.titleLength}
            value={draft.title}
            onChange={(event) => setDraft({ ...draft, title: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Description</span>
          <textarea
            rows={6}
            maxLength={limits.textLength}
            value={draft.description}
            onChange={(event) => setDraft({ ...draft, description: event.target.value })}
          />
        </label>
        <TicketFields draft={draft} isNew={ticket === null} onChange={setDraft} />
        <p className="form-problem" role="alert">
          {problem}
        </p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy || draft.title.trim() === ''}>
            {ticket ? 'Save' : 'Create ticket'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function useTicketForm({ ticket, conversationId, onClose }: Props) {
  const { client, store, projectKey, toasts, viewer } = useBoardTools();
  const [draft, setDraft] = useState<Draft>(() => (ticket ? draftOf(ticket) : emptyDraft));
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  // Whoever cancels while it waits for the server wants it not to be done.
  const calling = useRef(new AbortController());
  useEffect(() => {
    calling.current = new AbortController();
    return () => calling.current.abort();
  }, []);

  const save = async (known: Ticket) => {
    const patch = changesOf(draft, known, viewer.isStaff);
    if (Object.keys(patch).length === 0) return;
    const { signal } = calling.current;
    await client.tickets.update({ ticketId: known.id, patch }, { seen: known, signal });
  };
  const create = async () => {
    const input = newTicketFrom(draft, viewer.isStaff);
    const from = conversationId === undefined ? {} : { conversationId };
    const { signal } = calling.current;
    const created = await client.tickets.create({ projectId: store.projectId, ...input, ...from }, { signal });
    toasts.show('notice', `${created.key} created.`);
    go(pathTo(projectKey, created.key));
  };
  const submit = () => {
    setIsBusy(true);
    setProblem('');
    (ticket ? save(ticket) : create()).then(onClose, (error: unknown) => {
      if (ticket) letGo(client, ticket.id);
      setProblem(explain(error, ticket?.key));
      setIsBusy(false);
    });
  };
  return { draft, setDraft, problem, isBusy, submit };
}
