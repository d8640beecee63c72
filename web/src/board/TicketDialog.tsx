import { useEffect, useRef, useState } from 'react';
import { letGo } from '../acts/conflicts.js';
import { limits, type Ticket } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';
import { go, pathTo } from '../ui/useRoute.js';
import { useBoardTools } from './boardContext.js';
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
  const { draft, setDraft, problem, isBusy, keep } = useTicketForm(props);
  return (
    <FormDialog
      title={ticket ? `Edit ${ticket.key}` : 'New ticket'}
      size="wide"
      verb={ticket ? 'Save' : 'Create ticket'}
      isReady={!isBusy && draft.title.trim() !== ''}
      problem={problem}
      onSubmit={keep}
      onClose={onClose}
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
    </FormDialog>
  );
}

function useTicketForm({ ticket, conversationId, onClose }: Props) {
  const { client, store, projectKey, toasts, viewer } = useBoardTools();
  const [draft, setDraft] = useState<Draft>(() => (ticket ? draftOf(ticket) : emptyDraft));
  const { problem, isBusy, submit } = useSubmit(onClose);
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
  const keep = () =>
    submit(async () => {
      if (!ticket) return create();
      try {
        await save(ticket);
      } catch (error) {
        letGo(client, ticket.id);
        throw error;
      }
    }, ticket?.key);
  return { draft, setDraft, problem, isBusy, keep };
}
