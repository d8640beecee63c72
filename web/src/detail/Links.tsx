import { useRef, useState, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { statusNames } from '../model.js';
import type { Ticket, TicketDetail } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useAct } from '../ui/useAct.js';
import { KeyField, ticketOf } from './KeyField.js';
import { endsOf, grouped, isMade, linkWords, madeKinds, type TicketLink } from './linkText.js';
import { PartForm } from './PartForm.js';
import { TicketLine } from './TicketLine.js';
import { useFocusBack } from './useFocusBack.js';

interface Props {
  readonly ticket: Ticket;
  readonly detail: TicketDetail;
}

/** How the ticket stands to others, each with its status. */
export function Links({ ticket, detail: { links } }: Props) {
  const { client, viewer, actions } = useBoardTools();
  const part = useRef<HTMLElement>(null);
  const [isAdding, setIsAdding] = useState(false);
  useFocusBack(isAdding, part);
  if (links.length === 0 && !viewer.isStaff) return null;
  const unlink = (link: TicketLink) => {
    if (!isMade(link)) return;
    part.current?.focus();
    void actions.run(ticket, null, () => client.tickets.unlink(endsOf(link, ticket.id, link.ticketId)));
  };
  return (
    <section ref={part} className="panel-part" aria-labelledby="links-title" tabIndex={-1}>
      <h3 id="links-title">Linked tickets</h3>
      {grouped(links).map(([words, ofThem]) => (
        <div key={words} className="link-group">
          <h4>{words}</h4>
          <ul aria-label={words}>
            {ofThem.map((link) => (
              <LinkedTicket key={link.id} link={link} onRemove={viewer.isStaff && isMade(link) ? unlink : null} />
            ))}
          </ul>
        </div>
      ))}
      {links.length === 0 ? <p className="form-hint">None.</p> : null}
      {viewer.isStaff ? (
        isAdding ? (
          <NewLink ticket={ticket} onDone={() => setIsAdding(false)} />
        ) : (
          <button type="button" className="button button-quiet part-tool" onClick={() => setIsAdding(true)}>
            <Icon name="plus" /> Link a ticket
          </button>
        )
      ) : null}
    </section>
  );
}

interface LineProps {
  readonly link: TicketLink;
  readonly onRemove: ((link: TicketLink) => void) | null;
}

/** Of this board's tickets we know the present state; of others what was read with the ticket. */
function LinkedTicket({ link, onRemove }: LineProps) {
  const { store } = useBoardTools();
  const known = useSyncExternalStore(store.subscribe, store.get).state?.tickets.get(link.ticketId);
  const { key, title, status } = known ?? link;
  return (
    <TicketLine ticketKey={key} title={title} status={status}>
      {onRemove ? (
        <button
          type="button"
          className="icon-button"
          aria-label={`Remove the link to ${key}, ${statusNames[status]}`}
          onClick={() => onRemove(link)}
        >
          <Icon name="close" />
        </button>
      ) : null}
    </TicketLine>
  );
}

function NewLink({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const { client, toasts } = useBoardTools();
  const { isBusy, act } = useAct(toasts, ticket.key);
  const [kind, setKind] = useState(0);
  const [key, setKey] = useState('');
  const add = async () => {
    const { id } = await ticketOf(client, key);
    return client.tickets.link(endsOf(madeKinds[kind] ?? madeKinds[0], ticket.id, id));
  };
  return (
    <PartForm
      verb="Link"
      isBusy={isBusy}
      onSubmit={() => void act(add).then((reply) => reply && onDone())}
      onDone={onDone}
    >
      <select aria-label="How it is linked" value={kind} onChange={(event) => setKind(Number(event.target.value))}>
        {madeKinds.map((one, index) => (
          <option key={linkWords(one)} value={index}>
            {linkWords(one)}
          </option>
        ))}
      </select>
      <KeyField label="The other ticket" value={key} onChange={setKey} except={ticket.key} />
    </PartForm>
  );
}
