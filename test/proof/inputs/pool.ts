import { adHoc } from '../../../server/db/statement.js';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { nowhereLike, placeIn, type Place } from '../../access/places.js';
import type { Thing } from '../../access/things.js';
import { aCustomer, anAdmin, anAgent, aProject, join, signIn, type SignedIn } from '../../support/people.js';
import type { Person, World } from '../../support/world.js';

/** Stands in what the others' project holds, and nowhere else: administrators alone may be shown it. */
export const CANARY = 'CANARY-INPUTS';

export const roles = ['admin', 'agent', 'customer'] as const;
export type Role = (typeof roles)[number];

export interface Caller extends SignedIn {
  readonly role: Role;
  readonly person: Person;
}

/** Ids that inputs are made of, by where they are. */
export type Ids = Readonly<Record<'own' | 'other' | 'missing', readonly string[]>>;

export interface Pool {
  readonly callers: Record<Role, Caller>;
  /** Somebody new of the same standing, in the place of a caller who lost theirs. */
  recruit(role: Role): Promise<void>;
  /** Made when it is first asked for. */
  ids(thing: Thing): Promise<Ids>;
}

const FRESH = 3;

/** People in a project of their own, and one of others: what the calls of one stretch are about. */
export async function aPool(world: World): Promise<Pool> {
  const [lead, member, customer] = [await anAgent(world), await anAgent(world), await aCustomer(world)];
  const [outsider, stranger] = [await anAgent(world), await aCustomer(world)];
  const team = { lead, members: [member], customers: [customer] };
  const others = { members: [outsider], customers: [stranger] };
  const [own, other] = [await aProject(world, team), await aProject(world, others)];
  const parts = { app: world, isShared: false };
  const place = placeIn({ ...parts, project: own, team });
  const places: Record<keyof Ids, Place> = {
    own: place,
    other: placeIn({ ...parts, project: other, team: others, word: CANARY }),
    missing: nowhereLike(place),
  };
  const signedIn = async (role: Role, person: Person): Promise<Caller> => ({
    role,
    person,
    ...(await signIn(world, person)),
  });
  const callers = {
    admin: await signedIn('admin', await anAdmin(world)),
    agent: await signedIn('agent', lead),
    customer: await signedIn('customer', customer),
  };
  const theirs = callersOwn(world, callers);
  const known = new Map<Thing, Promise<Ids>>();
  const make = async (thing: Thing): Promise<Ids> => {
    // Some call may have made a field required, which nothing that is made here has.
    await world.db.all(adHoc('UPDATE custom_fields SET required = $1'), [false]);
    return {
      own: (await theirs[thing]?.()) ?? (await several(FRESH, () => freshOf(places.own, thing))),
      other: await several(1, () => places.other[thing]()),
      missing: await several(1, () => places.missing[thing]()),
    };
  };
  return {
    callers,
    ids: (thing) => {
      const ids = known.get(thing) ?? make(thing);
      known.set(thing, ids);
      return ids;
    },
    recruit: async (role) => {
      const person = role === 'admin' ? await anAdmin(world) : await recruits[role](world);
      if (role !== 'admin') await join(world, own, person, role === 'agent' ? 'LEAD' : 'CUSTOMER');
      callers[role] = await signedIn(role, person);
    },
  };
}

const recruits = { agent: anAgent, customer: aCustomer };

/** People of the project too, where somebody is named. */
let turn = 0;
const freshOf = (place: Place, thing: Thing): Promise<string> => {
  const kinds = ['holder', 'newcomer', 'user'] as const;
  return place[thing === 'user' ? (kinds[turn++ % kinds.length] ?? thing) : thing]();
};

async function several(count: number, make: () => Promise<string>): Promise<string[]> {
  const made: string[] = [];
  for (let nth = 0; nth < count; nth++) made.push(await make());
  return made;
}

/** What is a caller's alone to use. */
function callersOwn(world: World, callers: Record<Role, Caller>) {
  const ofEach = (one: (caller: Caller) => Promise<string>) => async () => {
    const made: string[] = [];
    for (const role of roles) made.push(await one(callers[role]));
    return made;
  };
  const aKey = ({ actor }: Caller) => createApiKey(world.deps, actor, { name: 'a key', scopes: ['read'] });
  const own: Partial<Record<Thing, () => Promise<string[]>>> = {
    session: ofEach(async ({ person }) => (await signIn(world, person)).sessionId),
    accessToken: ofEach(async ({ person }) => (await signIn(world, person)).accessToken),
    refreshToken: ofEach(async ({ person }) => (await signIn(world, person)).refreshToken),
    apiKey: ofEach(async (caller) => (await aKey(caller)).id),
  };
  return own;
}
