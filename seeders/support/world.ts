import { statement, type RunStatement } from '../../server/db/statement.js';
import type { Actor } from '../../server/kernel/actor.js';
import { AppError } from '../../server/kernel/errors.js';
import type { UserRole } from '../../contract/user.js';
import { cast, castProjects, type CastProject } from '../demo/cast.js';

/** The demo's people, projects, departments and skills as they are in the database. */
export interface World {
  readonly people: ReadonlyMap<string, Actor>;
  readonly projects: readonly WorldProject[];
  readonly departments: ReadonlyMap<string, string>;
  readonly skills: ReadonlyMap<string, string>;
}
export interface WorldProject {
  readonly id: string;
  readonly key: CastProject['key'];
  readonly staff: readonly Actor[];
  readonly customers: readonly Actor[];
  readonly holders: readonly Actor[];
}

const findPeople = statement(
  'seed.people',
  (d) => `SELECT u.id, u.email, u.name, u.role FROM users u WHERE ${d.anyOf('u.email', '$1')}`,
);
const findProjects = statement(
  'seed.projects',
  (d) => `SELECT p.id, p.key FROM projects p WHERE ${d.anyOf('p.key', '$1')}`,
);
const listDepartments = statement('seed.departments', 'SELECT id, name FROM departments');
const listSkills = statement('seed.skills', 'SELECT id, name FROM skills');

export async function loadWorld(all: RunStatement): Promise<World> {
  const users = await all<{ id: string; email: string; name: string; role: UserRole }>(findPeople, [
    cast.map(({ email }) => email),
  ]);
  const people = new Map(users.map(({ id, email, name, role }) => [email, actorOf(id, name, role)]));
  const rows = await all<{ id: string; key: string }>(findProjects, [castProjects.map(({ key }) => key)]);
  const idOf = new Map(rows.map(({ id, key }) => [key, id]));
  return {
    people,
    projects: castProjects.map((project) => projectOf(project, idOf, people)),
    departments: byName(await all(listDepartments, [])),
    skills: byName(await all(listSkills, [])),
  };
}

const byName = (rows: readonly { id: string; name: string }[]) => new Map(rows.map(({ id, name }) => [name, id]));

export const actorOf = (userId: string, name: string, role: UserRole): Actor => ({
  userId,
  name,
  role,
  sessionId: null,
  mayWrite: true,
});

function projectOf(project: CastProject, idOf: ReadonlyMap<string, string>, people: World['people']): WorldProject {
  const { key, members, holders } = project;
  const id = idOf.get(key);
  if (id === undefined) throw new AppError('NOT_FOUND', `The project ${key} of the demo is missing.`);
  const emails = Object.keys(members);
  const customers = emails.filter((email) => members[email] === 'CUSTOMER');
  const actors = (list: readonly string[]) => list.map((email) => personOf(people, email));
  return {
    id,
    key,
    holders: actors(holders),
    customers: actors(customers),
    staff: actors(emails.filter((email) => !customers.includes(email))),
  };
}

export function personOf(people: World['people'], email: string): Actor {
  const person = people.get(email);
  if (!person) throw new AppError('NOT_FOUND', `${email} of the demo is missing.`);
  return person;
}
