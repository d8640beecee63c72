import type { z } from 'zod';
import type { CustomField } from '../../contract/customField.js';
import type { ProjectReply, ProjectRole } from '../../contract/project.js';
import { authenticate } from '../../server/features/auth/authenticate.js';
import { login } from '../../server/features/auth/commands/login.js';
import { createCustomField } from '../../server/features/customFields/commands/createCustomField.js';
import { addMember } from '../../server/features/projects/commands/addMember.js';
import { createProject } from '../../server/features/projects/commands/createProject.js';
import type { Actor } from '../../server/kernel/actor.js';
import { addPerson, PASSWORD, type Person, type World } from './world.js';

export const anAdmin = ({ deps }: World, name = 'Alma Admin'): Promise<Person> => addPerson(deps, 'ADMIN', name);
export const anAgent = ({ deps }: World, name = 'Ben Agent'): Promise<Person> => addPerson(deps, 'AGENT', name);
export const aCustomer = ({ deps }: World, name = 'Cleo Customer'): Promise<Person> =>
  addPerson(deps, 'CUSTOMER', name);

export interface SignedIn {
  /** The person by this very session. */
  readonly actor: Actor;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export const here = { ip: '127.0.0.1', userAgent: 'tests' };

/** Signs in by password, as a client does. */
export async function signIn({ deps }: World, { email }: Person, password = PASSWORD): Promise<SignedIn> {
  const { accessToken, refreshToken } = await login(deps, here, { email, password });
  const { actor } = await authenticate(deps, accessToken);
  return { actor, sessionId: actor.sessionId ?? '', accessToken, refreshToken };
}

export interface Team {
  /** Makes and leads the project; the administrator when left out. */
  readonly lead?: Person;
  readonly members?: readonly Person[];
  readonly customers?: readonly Person[];
  readonly key?: string;
}
type Project = z.infer<typeof ProjectReply>;

let projects = 0;

/** A project with these people in it. Its first events are its creation and the joining of each, the lead first. */
export async function aProject(
  world: World,
  { lead = world.admin, members, customers, key }: Team = {},
): Promise<Project> {
  const number = ++projects;
  const project = await createProject(world.deps, lead, {
    key: key ?? `P${number}`,
    name: `Project ${number}`,
    description: '',
    status: 'ACTIVE',
  });
  for (const person of members ?? []) await join(world, project, person, 'MEMBER');
  for (const person of customers ?? []) await join(world, project, person, 'CUSTOMER');
  return project;
}

/** Lets a person into a project, by the administrator's hand. */
export const join = (world: World, project: { id: string }, person: Person, role: ProjectRole) =>
  addMember(world.deps, world.admin, { projectId: project.id, userId: person.userId, role });

/** Custom fields of a project, by key. */
export async function defineFields(
  { deps, admin }: World,
  project: { readonly id: string },
  kinds: Readonly<Record<string, CustomField['kind']>>,
): Promise<void> {
  for (const [key, kind] of Object.entries(kinds)) {
    const input = { projectId: project.id, key, kind, label: key, options: kind === 'SELECT' ? ['one', 'two'] : [] };
    await createCustomField(deps, admin, { ...input, required: false });
  }
}
