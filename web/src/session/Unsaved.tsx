import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { fieldName, valueText } from '../acts/takingBack.js';
import { explain } from '../board/explain.js';
import type { BatonClient, JsonValue, QueueConflict, RefusedMutation, Ticket } from '../sdk.js';
import { pathTo } from '../ui/useRoute.js';

interface Props {
  readonly client: BatonClient;
}

/**
 * Changes that the server would not make: of an earlier visit, when nobody was there to be told, and edits of a field that
 * somebody else changed meanwhile. They stay, over reloads, until somebody has decided.
 */
export function Unsaved({ client }: Props) {
  const { conflicts, refused } = useSyncExternalStore(client.queue.subscribe, client.queue.get);
  // Whoever made it in this visit has been told already.
  useEffect(() => {
    for (const { id, isTold } of refused) if (isTold) client.queue.dismiss(id);
  }, [client, refused]);
  const lost = refused.filter(({ isTold }) => !isTold);
  if (conflicts.length + lost.length === 0) return null;
  return (
    <section className="unsaved" aria-label="Changes that were not saved">
      {conflicts.map((conflict) => (
        <Conflict key={conflict.id} client={client} conflict={conflict} />
      ))}
      {lost.map((mutation) => (
        <Refused key={mutation.id} client={client} mutation={mutation} />
      ))}
    </section>
  );
}

function Conflict({ client, conflict: { id, path, input, fields } }: Props & { conflict: QueueConflict }) {
  const text = (
    <p>
      {path === 'comments.update' ? <strong>A comment</strong> : <TicketOf client={client} input={input} />}: somebody
      else changed what you changed. Which one shall stand?
    </p>
  );
  return (
    <Entry
      text={text}
      less={{ label: 'Keep theirs', act: () => client.queue.keepTheirs(id) }}
      more={{ label: 'Use mine', act: () => client.queue.keepMine(id) }}
    >
      <ul>
        {Object.entries(fields).map(([field, { yours, theirs }]) => (
          <li key={field}>
            Your {fieldName(field)}: <strong>{valueText(field, yours)}</strong>. Theirs:{' '}
            <strong>{valueText(field, theirs)}</strong>.
          </li>
        ))}
      </ul>
    </Entry>
  );
}

function Refused({ client, mutation: { id, path, input, error } }: Props & { mutation: RefusedMutation }) {
  const words = input['content'] ?? input['title'] ?? contentOf(input['patch']);
  const text = (
    <p>
      {whats[path] ?? 'A change'} of your last visit was not done
      {typeof input['ticketId'] === 'string' && path !== 'tickets.create' ? (
        <>
          , on <TicketOf client={client} input={input} />
        </>
      ) : null}
      . {explain(error)}
    </p>
  );
  return (
    <Entry
      text={text}
      less={{ label: 'Let it go', act: () => client.queue.dismiss(id) }}
      more={{ label: 'Try again', act: () => client.queue.retry(id) }}
    >
      {typeof words === 'string' ? <q>{words}</q> : null}
    </Entry>
  );
}

const contentOf = (patch: JsonValue | undefined) =>
  typeof patch === 'object' && patch !== null && 'content' in patch ? patch.content : null;

const whats: Readonly<Record<string, string>> = {
  'tickets.create': 'A new ticket',
  'tickets.delete': 'A deletion',
  'assignments.assign': 'An assignment',
  'assignments.claim': 'A claim',
  'assignments.reassign': 'A handover',
  'assignments.remove': 'The end of an assignment',
  'comments.create': 'A comment',
  'comments.update': 'The change of a comment',
  'messages.post': 'A message',
  'messages.edit': 'The change of a message',
};

interface Choice {
  readonly label: string;
  readonly act: () => void;
}

function Entry({ text, less, more, children }: { text: ReactNode; less: Choice; more: Choice; children: ReactNode }) {
  return (
    <div className="unsaved-entry" role="alert">
      <div className="unsaved-text">
        {text}
        {children}
      </div>
      <button type="button" className="button" onClick={less.act}>
        {less.label}
      </button>
      <button type="button" className="button button-primary" onClick={more.act}>
        {more.label}
      </button>
    </div>
  );
}

/** Without a name until it is known, and when it is not for this person any more. */
function TicketOf({ client, input }: Props & Pick<RefusedMutation, 'input'>) {
  const { ticketId } = input;
  const [ticket, setTicket] = useState<Ticket | null>(null);
  useEffect(() => {
    if (typeof ticketId !== 'string') return;
    const reading = new AbortController();
    client.tickets.get({ ticketId }, { signal: reading.signal }).then(setTicket, () => setTicket(null));
    return () => reading.abort();
  }, [client, ticketId]);
  if (!ticket) return <strong>A ticket</strong>;
  const projectKey = ticket.key.slice(0, ticket.key.lastIndexOf('-'));
  return (
    <a href={pathTo(projectKey, ticket.key)}>
      {ticket.key} {ticket.title}
    </a>
  );
}
