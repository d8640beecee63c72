import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { Icon } from '../ui/Icon.js';
import { Comments } from './Comments.js';
import { Holders } from './Holders.js';
import { History } from './History.js';
import { TicketFacts } from './TicketFacts.js';
import { useTicket } from './useTicket.js';

/** One ticket beside its board, which stays usable. Takes the focus when it opens; Escape closes it. */
export function TicketPanel({ ticketKey, onClose }: { ticketKey: string; onClose: () => void }) {
  const { ticket, detail, error } = useTicket(ticketKey);
  const title = useRef<HTMLHeadingElement>(null);
  const isShown = ticket !== null || error !== null;
  useEffect(() => {
    if (isShown) title.current?.focus();
  }, [isShown]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };

  return (
    <section className="panel" role="dialog" aria-labelledby="panel-title" onKeyDown={onKeyDown}>
      <header className="panel-head">
        <span className="panel-key">{ticketKey}</span>
        {ticket ? <PanelTools ticket={ticket} /> : null}
        <button type="button" className="icon-button" aria-label="Close ticket" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="panel-body" tabIndex={-1}>
        <h2 id="panel-title" ref={title} tabIndex={-1}>
          {ticket?.title ?? (isShown ? `${ticketKey} is not here` : 'Loading…')}
        </h2>
        {ticket ? (
          <>
            <p className="prose panel-description">{ticket.description || <em>No description.</em>}</p>
            <Holders ticket={ticket} />
            <TicketFacts ticket={ticket} detail={detail} />
            <Talk key={ticket.id} ticket={ticket} />
          </>
        ) : null}
        {!ticket && error ? <p>{explain(error, ticketKey)}</p> : null}
      </div>
    </section>
  );
}

function PanelTools({ ticket }: { ticket: Ticket }) {
  const { viewer, open } = useBoardTools();
  const status = (
    <>
      <span className="status-dot" data-status={ticket.status} />
      {statusNames[ticket.status]}
    </>
  );
  const mayEdit = viewer.isStaff || ticket.reporterId === viewer.user.id;
  return (
    <>
      {viewer.isStaff ? (
        <button
          type="button"
          className="button panel-status"
          aria-haspopup="menu"
          aria-label={`Status: ${statusNames[ticket.status]}. Change`}
          onClick={(event) => open({ kind: 'status', ticket, anchor: event.currentTarget })}
        >
          {status}
          <Icon name="down" />
        </button>
      ) : (
        <span className="panel-status">{status}</span>
      )}
      {mayEdit ? (
        <button
          type="button"
          className="icon-button"
          aria-label="Edit ticket"
          onClick={() => open({ kind: 'edit', ticket })}
        >
          <Icon name="edit" />
        </button>
      ) : null}
    </>
  );
}

const tabs = { comments: 'Comments', history: 'History' } as const;

function Talk({ ticket }: { ticket: Ticket }) {
  const [tab, setTab] = useState<keyof typeof tabs>('comments');
  return (
    <div className="talk">
      <div className="tabs" role="group" aria-label="Show">
        {(['comments', 'history'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={tab === name} onClick={() => setTab(name)}>
            {tabs[name]}
          </button>
        ))}
      </div>
      {tab === 'comments' ? <Comments ticketId={ticket.id} ticketKey={ticket.key} /> : <History ticketId={ticket.id} />}
    </div>
  );
}
