import { randomBytes } from 'node:crypto';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { statement } from '../../server/db/statement.js';
import type { Deps } from '../../server/features/deps.js';
import { updateDeveloper } from '../../server/features/developers/commands/updateDeveloper.js';
import { addMember } from '../../server/features/projects/commands/addMember.js';
import { createProject } from '../../server/features/projects/commands/createProject.js';
import { createSkill } from '../../server/features/skills/commands/createSkill.js';
import { insertUser } from '../../server/features/users/insertUser.js';
import type { Actor } from '../../server/kernel/actor.js';
import { clockAt } from '../../server/kernel/clock.js';
import { once } from '../support/once.js';
import { actorOf, personOf } from '../support/world.js';
import { cast, castProjects, demoPassword, skills, type CastMember, type Profile } from './cast.js';

/** When the demo's company opened its accounts. */
const openedAt = new Date('2024-12-02T08:00:00.000Z');

type People = ReadonlyMap<string, Actor>;
type Ids = ReadonlyMap<string, string>;

const named = {
  departments: statement('seed.departments', 'SELECT id, name FROM departments'),
  skills: statement('seed.skills', 'SELECT id, name FROM skills'),
};
const profileOf = statement('seed.profile', 'SELECT id FROM developers WHERE user_id = $1');

/**
 * The demo's people, skills and projects, marked so that production refuses them.
 * @throws DUPLICATE one of their addresses or project keys belongs to somebody else.
 */
export function seedPeople(given: Deps): Promise<boolean> {
  return once({ ...given, clock: clockAt(openedAt) }, '20261122T1010-demo-people', async (deps) => {
    const people = await makePeople(deps);
    const admin = personOf(people, 'admin@company.com');
    const skillIds = await makeSkills(deps, admin);
    for (const { email, profile } of cast)
      if (profile) await fillProfile(deps, admin, personOf(people, email), profile, skillIds);
    for (const { key, name, description, owner, members } of castProjects) {
      const ownerId = personOf(people, owner).userId;
      const project = await createProject(deps, admin, { key, name, description, ownerId, status: 'ACTIVE' });
      for (const [member, role] of Object.entries(members).filter((entry) => entry[0] !== owner))
        await addMember(deps, personOf(people, owner), {
          projectId: project.id,
          userId: personOf(people, member).userId,
          role,
        });
    }
  });
}

async function makePeople(deps: Deps): Promise<People> {
  const [known, unknown] = await Promise.all([
    deps.auth.passwords.hash(demoPassword),
    deps.auth.passwords.hash(randomBytes(32).toString('base64url')),
  ]);
  const departments = await idsByName(deps, 'departments');
  const people = new Map<string, Actor>();
  for (const member of cast) {
    const user = await makeUser(deps, member, member.hasDemoPassword ? known : unknown, departments);
    people.set(member.email, actorOf(user.id, user.name, user.role));
  }
  return people;
}

/** Not by `createUser`: its people are never marked as a demo's, and there is nobody yet to act. */
function makeUser(deps: Deps, member: CastMember, passwordHash: string, departments: Ids) {
  const { email, name, role, title, department } = member;
  const departmentId = department === null ? null : (departments.get(department) ?? null);
  const nobody = actorOf('', 'seed', 'ADMIN');
  return inUnitOfWork(deps, { actor: nobody, procedure: 'seed', input: {} }, (unit) =>
    insertUser(unit, {
      email,
      name,
      role,
      title,
      departmentId,
      passwordHash,
      username: null,
      avatarUrl: null,
      mustChangePassword: false,
      isDemo: true,
    }),
  );
}

async function makeSkills(deps: Deps, admin: Actor): Promise<Ids> {
  const present = await idsByName(deps, 'skills');
  for (const [name, aliases] of Object.entries(skills))
    if (!present.has(name)) await createSkill(deps, admin, { name, aliases: [...aliases] });
  return idsByName(deps, 'skills');
}

async function idsByName({ db }: Deps, table: keyof typeof named): Promise<Ids> {
  const rows = await db.all<{ id: string; name: string }>(named[table], []);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

async function fillProfile(deps: Deps, admin: Actor, person: Actor, profile: Profile, skillIds: Ids): Promise<void> {
  const [developer] = await deps.db.all<{ id: string }>(profileOf, [person.userId]);
  if (!developer) return;
  const { skills: levels, ...fields } = profile;
  const known = Object.entries(levels).flatMap(([name, level]) => {
    const skillId = skillIds.get(name);
    return skillId === undefined ? [] : [{ skillId, level }];
  });
  await updateDeveloper(deps, admin, { developerId: developer.id, patch: { ...fields, skills: known } });
}
