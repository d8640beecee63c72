import { memo, StrictMode, type ReactElement } from 'react';
import type { BatonClient, Ticket, TicketsQuery } from '../../../client-sdk/src/index.js';
import {
  BatonProvider,
  useConnection,
  useMutation,
  usePresence,
  useQueue,
  useSession,
  useTicket,
  useTickets,
  useUpdateTicket,
} from '../../../client-sdk/src/react/index.js';

/** How often each row has been drawn, by list and title. */
export const drawn: Record<string, number> = {};
const count = (name: string) => Object.assign(drawn, { [name]: (drawn[name] ?? 0) + 1 });

const Row = memo(({ list, ticket }: { list: string; ticket: Ticket }) => {
  count(`${list}: ${ticket.title}`);
  return <>{ticket.title}</>;
});

function List({ name, query }: { name: string; query: TicketsQuery }) {
  const { items, counts, status, error, pendingIds } = useTickets(query);
  return (
    <section aria-label={name}>
      <p role="status">{`${status} ${error?.code ?? ''} ${counts.total}`}</p>
      <ul>
        {items.map((ticket) => (
          <li key={ticket.id} aria-busy={pendingIds.has(ticket.id)}>
            <Row list={name} ticket={ticket} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export interface Edit {
  readonly ticketId: string;
  readonly title: string;
  readonly expectedVersion?: number;
}

function Rename({ ticketId, title, expectedVersion }: Edit) {
  const { mutate, reset, status, error, data } = useUpdateTicket();
  return (
    <form aria-label="Rename">
      <button type="button" onClick={() => mutate({ ticketId, patch: { title }, expectedVersion })}>
        Rename
      </button>
      <button type="button" onClick={reset}>
        Forget
      </button>
      <output>{[status, error?.code, data?.title].filter(Boolean).join(' ')}</output>
    </form>
  );
}

function Comment({ ticketId }: { ticketId: string }) {
  const { run, status, error } = useMutation((client) => client.comments.create);
  return (
    <form aria-label="Comment">
      <button type="button" onClick={() => void run({ ticketId, content: 'Seen' }).catch(() => undefined)}>
        Comment
      </button>
      <output>{[status, error?.code].filter(Boolean).join(' ')}</output>
    </form>
  );
}

function Detail({ ticketId }: { ticketId: string }) {
  const { ticket, status, isPending } = useTicket(ticketId);
  const { people, typing } = usePresence(ticketId);
  return (
    <article aria-label="Ticket" aria-busy={isPending}>
      <h2>{ticket?.title}</h2>
      <p role="status">{status}</p>
      <p role="note">{people.map(({ name, typing: types }) => `${name}${types ? ' types' : ''}`).join(', ')}</p>
      <input aria-label="Reply" onChange={() => typing()} />
    </article>
  );
}

function Head() {
  const session = useSession();
  const { state } = useConnection();
  const { waiting } = useQueue();
  return (
    <header>{`${session.state === 'signedIn' ? (session.user?.name ?? 'key') : 'nobody'} ${state}${waiting.length > 0 ? ` ${waiting.length} waiting` : ''}`}</header>
  );
}

export interface Shown {
  /** Lists of this project's tickets, each with a query of its own that asks the same. */
  readonly lists: readonly string[];
  readonly projectId: string;
  readonly rename?: Edit;
  readonly commentOn?: string;
  readonly ticketId?: string;
}

export function App({ client, shown }: { client: BatonClient; shown: Shown }): ReactElement {
  const { lists, projectId, rename, commentOn, ticketId } = shown;
  // The same question in two ways of saying it.
  const queries: TicketsQuery[] = [
    { projectId, sort: { by: 'createdAt', dir: 'asc' } },
    { sort: { dir: 'asc', by: 'createdAt' }, projectId },
  ];
  return (
    <StrictMode>
      <BatonProvider client={client}>
        <Head />
        {lists.map((name, index) => (
          <List key={name} name={name} query={queries[index % 2] ?? {}} />
        ))}
        {rename && <Rename {...rename} />}
        {ticketId !== undefined && <Detail ticketId={ticketId} />}
        {commentOn !== undefined && <Comment ticketId={commentOn} />}
      </BatonProvider>
    </StrictMode>
  );
}
