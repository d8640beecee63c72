import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Ticket } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useAct } from '../ui/useAct.js';
import { KeyField, ticketOf } from './KeyField.js';
import { PartForm } from './PartForm.js';
import { TicketLine } from './TicketLine.js';
import { useFocusBack } from './useFocusBack.js';

/** The ticket above this one, and those below it that the board has. */
export function Family({ ticket }: { ticket: Ticket }) {
  const { viewer } = useBoardTools();
  const [adding, setAdding] = useState<'parent' | 'child' | null>(null);
  const part = useRef<HTMLElement>(null);
  useFocusBack(adding !== null, part);
  const parent = useParent(ticket);
  const children = useChildren(ticket);
  const done = () => setAdding(null);
  if (!viewer.isStaff && !parent && children.length === 0) return null;
  return (
    <section ref={part} className="panel-part" aria-labelledby="family-title" tabIndex={-1}>
      <h3 id="family-title">Parent and sub-tickets</h3>
      {parent ? <Parent ticket={ticket} parent={parent} /> : null}
      {children.length > 0 ? (
        <div className="link-group">
          <h4>
            Sub-tickets <span className="form-hint">{doneText(children)}</span>
          </h4>
          <ul aria-label="Sub-tickets">
            {children.map(({ id, key, title, status }) => (
              <TicketLine key={id} ticketKey={key} title={title} status={status} />
            ))}
          </ul>
        </div>
      ) : null}
      {adding === 'parent' ? <ParentForm ticket={ticket} onDone={done} /> : null}
      {adding === 'child' ? <ChildForm ticket={ticket} onDone={done} /> : null}
      {viewer.isStaff && adding === null ? (
        <div className="part-tools">
          {parent ? null : (
            <button type="button" className="button button-quiet part-tool" onClick={() => setAdding('parent')}>
              <Icon name="plus" /> Set the parent
            </button>
          )}
          <button type="button" className="button button-quiet part-tool" onClick={() => setAdding('child')}>
            <Icon name="plus" /> Sub-ticket
          </button>
        </div>
      ) : null}
    </section>
  );
}

const isDone = ({ status }: Ticket) => status === 'RESOLVED' || status === 'CLOSED';
const doneText = (tickets: readonly Ticket[]) => `${tickets.filter(isDone).length} of ${tickets.length} done`;

function Parent({ ticket, parent }: { ticket: Ticket; parent: Ticket }) {
  const { viewer, actions } = useBoardTools();
  return (
    <div className="link-group">
      <h4>Parent</h4>
      <ul aria-label="Parent">
        <TicketLine ticketKey={parent.key} title={parent.title} status={parent.status}>
          {viewer.isStaff ? (
            <button
              type="button"
              className="icon-button"
              aria-label={`No longer below ${parent.key}`}
              onClick={() => void actions.edit(ticket, { parentId: null })}
            >
              <Icon name="close" />
            </button>
          ) : null}
        </TicketLine>
      </ul>
    </div>
  );
}

/** From the board, or else read once. */
function useParent({ parentId }: Ticket): Ticket | null {
  const { client, store } = useBoardTools();
  const known = useSyncExternalStore(store.subscribe, store.get).state?.tickets.get(parentId ?? '');
  const isMissing = parentId !== null && known === undefined;
  useEffect(() => {
    if (!isMissing) return;
    const reading = new AbortController();
    client.tickets
      .get({ ticketId: parentId }, { signal: reading.signal })
      .then((parent) => store.admit([parent]))
      // A customer may not see it: then there is no parent for them.
      .catch(() => undefined);
    return () => reading.abort();
  }, [client, store, parentId, isMissing]);
  return known ?? null;
}

function useChildren({ id }: Ticket): readonly Ticket[] {
  const { store } = useBoardTools();
  const tickets = useSyncExternalStore(store.subscribe, store.get).state?.tickets;
  return useMemo(
    () =>
      [...(tickets?.values() ?? [])].filter(({ parentId }) => parentId === id).toSorted((a, b) => a.number - b.number),
    [tickets, id],
  );
}

interface FormProps {
  readonly ticket: Ticket;
  readonly onDone: () => void;
}

function ParentForm({ ticket, onDone }: FormProps) {
  const { client, store, toasts, actions } = useBoardTools();
  const { isBusy, act } = useAct(toasts, ticket.key);
  const [key, setKey] = useState('');
  const submit = async () => {
    const parent = await act(() => ticketOf(client, key));
    if (!parent) return;
    if (parent.projectId === store.projectId) store.admit([parent]);
    if ((await actions.edit(ticket, { parentId: parent.id })) === 'done') onDone();
  };
  return (
    <PartForm verb="Set" isBusy={isBusy} onSubmit={() => void submit()} onDone={onDone}>
      <KeyField label="The parent ticket" value={key} onChange={setKey} except={ticket.key} />
    </PartForm>
  );
}

function ChildForm({ ticket, onDone }: FormProps) {
  const { client, toasts } = useBoardTools();
  const { isBusy, act } = useAct(toasts, ticket.key);
  const [title, setTitle] = useState('');
  const { projectId, id: parentId } = ticket;
  const submit = async () => {
    const made = await act(() => client.tickets.create({ projectId, parentId, title: title.trim() }));
    if (made) onDone();
  };
  return (
    <PartForm verb="Create" isBusy={isBusy} onSubmit={() => void submit()} onDone={onDone}>
      <input
        required
        aria-label="Title of the sub-ticket"
        placeholder="What is to be done"
        maxLength={limits.titleLength}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
    </PartForm>
  );
}
