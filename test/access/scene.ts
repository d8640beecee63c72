import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { aProject, anAgent, aCustomer, anAdmin, join, signIn } from '../support/people.js';
import { plannerHere } from '../support/plannerHere.js';
import type { Dialect } from '../support/services.js';
import type { Person } from '../support/world.js';
import { anApp, type LiveApp } from '../transport/anApp.js';
import { nowhereLike, placeIn, type Place } from './places.js';

/** Who asks, in the order of the columns of the tables. */
export const roles = [
  'admin',
  'lead',
  'member',
  'outsider',
  'reporter',
  'colleague',
  'stranger',
  'reader',
  'nobody',
] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  readonly role: Role;
  /** Null: nobody has signed in. */
  readonly token: string | null;
  readonly person: Person;
}

/** Where something is that is asked for: in the caller's project, in one of other people, or nowhere. */
export const sides = ['own', 'other', 'missing'] as const;
export type Side = (typeof sides)[number];

export interface Scene {
  readonly app: LiveApp;
  readonly callers: Readonly<Record<Role, Caller>>;
  /** What is there once, for calls that change nothing. */
  readonly places: Readonly<Record<Side, Place>>;
  /** What is made anew each time that it is asked for, for calls that change it. */
  readonly freshPlaces: Readonly<Record<Side, Place>>;
  /** Somebody new of the same standing. */
  recruit(role: Role): Promise<Caller>;
}

/**
 * A server with two projects. In one `lead` leads, `member` works, and the customers `reporter` and `colleague` report; all
 * tickets are reported by `reporter`. In the other `outsider` works and the customer `stranger` reports. `reader` is an API
 * key of `member` that may only read.
 */
export async function aScene(dialect: Dialect): Promise<Scene> {
  const app = await anApp(dialect, {}, { planner: plannerHere(), webhooks: { atOnce: 0 }, consumers: [] });
  const people = {
    admin: app.admin,
    lead: await anAgent(app, 'Lea Lead'),
    member: await anAgent(app, 'Mia Member'),
    outsider: await anAgent(app, 'Olaf Outsider'),
    reporter: await aCustomer(app, 'Rosa Reporter'),
    colleague: await aCustomer(app, 'Cora Colleague'),
    stranger: await aCustomer(app, 'Stan Stranger'),
  };
  const { admin, lead, member, outsider, reporter, colleague, stranger } = people;
  const own = { lead, members: [member], customers: [reporter, colleague] };
  const other = { lead: admin, members: [outsider], customers: [stranger] };
  const projects = { own: await aProject(app, own), other: await aProject(app, other) };

  const callerOf = async (role: Role, person: Person): Promise<Caller> => {
    if (role === 'nobody') return { role, person, token: null };
    const { actor, accessToken } = await signIn(app, person);
    if (role !== 'reader') return { role, person, token: accessToken };
    return { role, person, token: (await createApiKey(app.deps, actor, { name: 'reads', scopes: ['read'] })).key };
  };
  const recruit = async (role: Role): Promise<Caller> => {
    if (role === 'nobody') return callerOf(role, member);
    if (role === 'admin') return callerOf(role, await anAdmin(app));
    const isCustomer = role === 'reporter' || role === 'colleague' || role === 'stranger';
    const person = await (isCustomer ? aCustomer(app) : anAgent(app));
    const project = role === 'outsider' || role === 'stranger' ? projects.other : projects.own;
    await join(app, project, person, isCustomer ? 'CUSTOMER' : role === 'lead' ? 'LEAD' : 'MEMBER');
    return callerOf(role, person);
  };
  const entries = await Promise.all(
    roles.map(async (role) => {
      const person = role === 'reader' || role === 'nobody' ? member : people[role];
      return [role, await callerOf(role, person)] as const;
    }),
  );
  const placesWith = (isShared: boolean): Record<Side, Place> => {
    const ofCallers = placeIn({ app, project: projects.own, team: own, isShared });
    const ofOthers = placeIn({ app, project: projects.other, team: other, isShared });
    return { own: ofCallers, other: ofOthers, missing: nowhereLike(ofCallers) };
  };
  return {
    app,
    callers: Object.fromEntries(entries) as Record<Role, Caller>,
    places: placesWith(true),
    freshPlaces: placesWith(false),
    recruit,
  };
}
