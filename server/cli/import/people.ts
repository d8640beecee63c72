import { randomBytes } from 'node:crypto';
import { statement } from '../../db/statement.js';
import { inUnitOfWork } from '../../db/unitOfWork.js';
import type { Deps } from '../../features/deps.js';
import { addMember } from '../../features/projects/commands/addMember.js';
import { insertUser } from '../../features/users/insertUser.js';
import { unreachableEmails } from '../../features/users/unreachable.js';
import type { Actor } from '../../kernel/actor.js';

const findUser = statement('import.user', 'SELECT u.id, u.name FROM users u WHERE u.email = $1');
const findMember = statement(
  'import.member',
  "SELECT role FROM project_members WHERE project_id = $1 AND user_id = $2 AND role <> 'CUSTOMER'",
);

interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly username: string | null;
  readonly role: 'AGENT' | 'CUSTOMER';
}

/** Makes people who cannot sign in until an administrator sees to it. */
export function peopleMaker(deps: Deps, actor: Actor): (person: NewPerson) => Promise<string> {
  let noPassword: Promise<string> | undefined;
  return async (person) => {
    noPassword ??= deps.auth.passwords.hash(randomBytes(32).toString('base64url'));
    const passwordHash = await noPassword;
    const user = await inUnitOfWork(deps, { actor, procedure: 'import', input: {} }, (unit) =>
      insertUser(unit, { ...person, mustChangePassword: true, passwordHash }),
    );
    return user.id;
  };
}

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
  const make = peopleMaker(deps, actor);

  const find = async (person: string): Promise<string> => {
    const emails = unreachableEmails(person, source);
    for (const email of emails) {
      const [user] = await deps.db.all<{ id: string; name: string }>(findUser, [email]);
      if (!user) {
        const userId = await make({ email, name: person, username: null, role: 'AGENT' });
        created(person);
        return userId;
      }
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
