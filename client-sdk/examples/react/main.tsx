import { createClient, webStorage, type Ticket } from '@baton/client';
import { BatonProvider, useBaton, useClaimTicket, useConnection, useSession, useTickets } from '@baton/client/react';
import { StrictMode, type ReactElement, type SubmitEvent } from 'react';
import { createRoot } from 'react-dom/client';

const url = new URLSearchParams(location.search).get('server') ?? 'http://127.0.0.1:4000';
const client = createClient({ url, storage: webStorage(localStorage) });

function SignIn(): ReactElement {
  const baton = useBaton();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget));
    baton.login({ email: String(email), password: String(password) }).catch((error: unknown) => alert(String(error)));
  };
  return (
    <form onSubmit={submit}>
      <label>
        Email <input name="email" type="email" autoComplete="username" />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button>Sign in</button>
    </form>
  );
}

function Row({ ticket, isPending }: { readonly ticket: Ticket; readonly isPending: boolean }): ReactElement {
  const { mutate: claim, error } = useClaimTicket();
  const holder = ticket.assignees.find(({ isPrimary }) => isPrimary)?.name;
  return (
    <li aria-busy={isPending}>
      {ticket.key} {ticket.title} {holder ?? <button onClick={() => claim({ ticketId: ticket.id })}>Claim</button>}
      {error?.code === 'CONFLICT' && ' Somebody was faster.'}
    </li>
  );
}

function OpenTickets(): ReactElement {
  const { items, counts, status, pendingIds } = useTickets({ status: ['OPEN'] });
  const { state } = useConnection();
  return (
    <section>
      <p role="status">{state === 'offline' ? 'No connection.' : `${counts.total} open (${status})`}</p>
      <ul>
        {items.map((ticket) => (
          <Row key={ticket.id} ticket={ticket} isPending={pendingIds.has(ticket.id)} />
        ))}
      </ul>
    </section>
  );
}

function App(): ReactElement {
  const session = useSession();
  return session.state === 'signedIn' ? <OpenTickets /> : <SignIn />;
}

createRoot(document.querySelector('main') ?? document.body).render(
  <StrictMode>
    <BatonProvider client={client}>
      <App />
    </BatonProvider>
  </StrictMode>,
);
