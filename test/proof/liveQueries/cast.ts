import { EventEmitter } from 'node:events';
import type { UserRole } from '../../../contract/user.js';
import { memoryBus } from '../../../server/realtime/busMemory.js';
import type { Hub } from '../../../server/realtime/hub.js';
import type { TicketQueriesOptions } from '../../../server/realtime/queries/ticketQueries.js';
import { aHub } from '../../realtime/liveWorld.js';
import { anAdmin, anAgent, join } from '../../support/people.js';
import { aTicketWorld, type TicketWorld } from '../../support/ticketWorld.js';
import type { Dialect } from '../../support/services.js';
import type { Person } from '../../support/world.js';

/** A ticket world of two nodes and two projects with people who come, go, and become something else. */
export interface Cast {
  readonly world: TicketWorld;
  readonly nodes: readonly [Hub, Hub];
  /** An agent who is a customer at times. */
  readonly dan: Person;
  /** An administrator who is an agent at times. */
  readonly eve: Person;
  /** The person in the role that they have now. */
  now(person: Person): Person;
  became(person: Person, role: UserRole): void;
  close(): Promise<void>;
}

interface CastOptions {
  readonly dialect: Dialect;
  /** A migrated database without people. */
  readonly url: string;
  readonly poolSize: number;
  /** Decides on filters instead of the real one. */
  readonly compile?: TicketQueriesOptions['compile'];
}

/** The world's commands wake the first node; the second hears of them by the bus, or reads. */
export async function aCast({ dialect, url, poolSize, compile }: CastOptions): Promise<Cast> {
  const channel = new EventEmitter();
  const settings = () => ({ bus: memoryBus(channel), ...(compile && { queries: { compile } }) });
  const world = await aTicketWorld(dialect, { url, poolSize, hub: (parts) => aHub(parts, settings()) });
  const nodes = [world.deps.hub, aHub(world.deps, settings())] as const;
  const { project, foreign, lead, ann, bob, otherCustomer } = world;
  const [dan, eve] = [await anAgent(world, 'Dan Agent'), await anAdmin(world, 'Eve Admin')];
  await join(world, project, dan, 'MEMBER');
  for (const person of [lead, ann, bob, eve]) await join(world, foreign, person, 'MEMBER');
  await join(world, foreign, otherCustomer, 'CUSTOMER');
  const roles = new Map<string, UserRole>();
  return {
    world,
    nodes,
    dan,
    eve,
    now: (person) => ({ ...person, role: roles.get(person.userId) ?? person.role }),
    became: (person, role) => void roles.set(person.userId, role),
    close: async () => {
      for (const node of nodes) node.close();
      await world.close();
    },
  };
}
