import { createHash, randomBytes } from 'node:crypto';
import { statement } from '../../db/statement.js';
import { inUnitOfWork } from '../../db/unitOfWork.js';
import type { Deps } from '../../features/deps.js';
import { addMember } from '../../features/projects/commands/addMember.js';
import { insertUser } from '../../features/users/insertUser.js';
import type { Actor } from '../../kernel/actor.js';

const findUser = statement('import.user', 'SELECT u.id, u.name FROM users u WHERE u.email = $1');
const findMember = statement(
  'import.member',
  "SELECT role FROM project_members WHERE project_id = $1 AND user_id = $2 AND role <> 'CUSTOMER'",
);

const SLUG_LENGTH = 50;

/** `Müller, A.` becomes `muller-a`. */
function slugOf(person: string): string {
  const letters = person
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const slug = letters.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return slug.slice(0, SLUG_LENGTH).replace(/-$/, '');
}

/** A name without Latin letters, or one whose slug belongs to another name, is told apart by a digest. */
const digestOf = (person: string): string => createHash('sha256').update(person).digest('hex').slice(0, 10);

/**
 * Gives each person of a log a user of the project's team: the same one in every run, whose address cannot receive mail and
 * who cannot sign in. Renamed or promoted users are found again by that address.
 */
export function peopleOf(
  deps: Deps,
  actor: Actor,
  source: string,
  projectId: string,
  created: (person: string) => void,
) {
  const known = new Map<string, string>();
  const domain = `${source}.import.invalid`;
  let noPassword: Promise<string> | undefined;

  const make = async (person: string, email: string): Promise<string> => {
    noPassword ??= deps.auth.passwords.hash(randomBytes(32).toString('base64url'));
    const passwordHash = await noPassword;
    const user = await inUnitOfWork(deps, { actor, procedure: 'import', input: {} }, (unit) =>
      insertUser(unit, {
        email,
        name: person,
        role: 'AGENT',
        passwordHash,
        mustChangePassword: true,
        isDemo: false,
        username: null,
        title: null,
        avatarUrl: null,
        departmentId: null,
      }),
    );
    created(person);
    return user.id;
  };
  const find = async (person: string): Promise<string> => {
    const slug = slugOf(person);
    const emails = [...(slug === '' ? [] : [slug]), `${slug || 'person'}-${digestOf(person)}`].map(
      (name) => `${name}@${domain}`,
    );
    for (const email of emails) {
      const [user] = await deps.db.all<{ id: string; name: string }>(findUser, [email]);
      if (!user) return make(person, email);
      if (user.name === person || email === emails.at(-1)) return user.id;
    }
    throw new Error('no address was tried');
  };
  return async (person: string): Promise<string> => {
    const before = known.get(person);
    if (before !== undefined) return before;
    const userId = await find(person);
    const member = await deps.db.all(findMember, [projectId, userId]);
    if (member.length === 0) await addMember(deps, actor, { projectId, userId, role: 'MEMBER' });
    known.set(person, userId);
    return userId;
  };
}
