import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { Developer, UnplacedTicket } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { pathTo } from '../ui/useRoute.js';
import { LoadBar } from './LoadBar.js';
import type { Load } from './planLoads.js';

interface PeopleProps {
  readonly profiles: ReadonlyMap<string, Developer>;
  readonly loads: ReadonlyMap<string, Load>;
}

/** How much everybody has, and would have with all that is proposed. */
export function People({ profiles, loads }: PeopleProps) {
  const people = [...profiles.values()].filter(({ active }) => active).toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <section aria-labelledby="plan-people">
      <h2 id="plan-people">Workload</h2>
      <ul className="plan-people">
        {people.map(({ userId, name }) => {
          const load = loads.get(userId);
          return (
            <li key={userId}>
              <Avatar id={userId} name={name} />
              <span className="plan-name">{name}</span>
              {load ? <LoadBar {...load} /> : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface UnplacedProps {
  readonly unplaced: readonly UnplacedTicket[];
  readonly tickets: BoardState['tickets'];
}

/** For whom there is nobody, and why. */
export function Unplaced({ unplaced, tickets }: UnplacedProps) {
  const { projectKey } = useBoardTools();
  if (unplaced.length === 0) return null;
  return (
    <section aria-labelledby="plan-unplaced">
      <h2 id="plan-unplaced">For these there is nobody</h2>
      <ul className="plan-unplaced" aria-labelledby="plan-unplaced">
        {unplaced.map(({ ticketId, key, reason }) => (
          <li key={ticketId}>
            <a href={pathTo(projectKey, key)}>
              <span className="card-key">{key}</span> <span>{tickets.get(ticketId)?.title}</span>
            </a>
            <p>{reason}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What has found somebody, is finished or gone since it was planned is no longer anybody's worry. */
export const stillUnplaced = (unplaced: readonly UnplacedTicket[], { tickets, gone }: BoardState) =>
  unplaced.filter(({ ticketId }) => {
    if (gone.has(ticketId)) return false;
    const ticket = tickets.get(ticketId);
    return !ticket || (ticket.assigneeId === null && ticket.status !== 'RESOLVED' && ticket.status !== 'CLOSED');
  });
