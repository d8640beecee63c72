import { useId, useMemo, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { BatonClient, TicketDetail } from '../sdk.js';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (key: string) => void;
  /** The ticket that cannot be meant. */
  readonly except: string;
}

const OFFERED_MAX = 100;

/** Names another ticket by its key; those of this board are offered. */
export function KeyField({ label, value, onChange, except }: Props) {
  const { store } = useBoardTools();
  const tickets = useSyncExternalStore(store.subscribe, store.get).state?.tickets;
  const listId = useId();
  const offered = useMemo(
    () => [...(tickets?.values() ?? [])].filter(({ key }) => key !== except).slice(0, OFFERED_MAX),
    [tickets, except],
  );
  return (
    <>
      <input
        required
        aria-label={label}
        placeholder="SUP-12"
        pattern="\s*[A-Za-z][A-Za-z0-9]+-[0-9]+\s*"
        title="The key of a ticket, such as SUP-12"
        autoComplete="off"
        spellCheck={false}
        maxLength={24}
        list={listId}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={listId}>
        {offered.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** The ticket that was typed. */
export const ticketOf = (client: BatonClient, key: string): Promise<TicketDetail> =>
  client.tickets.get({ key: key.trim().toUpperCase() });
