import { limits } from '../../../../contract/limits.js';
import type { ProjectRole } from '../../../../contract/project.js';
import type { UserRole } from '../../../../contract/user.js';
import { statement } from '../../../db/statement.js';
import type { Deps } from '../../../features/deps.js';
import { addMember } from '../../../features/projects/commands/addMember.js';
import { unreachableEmails } from '../../../features/users/unreachable.js';
import type { Actor } from '../../../kernel/actor.js';
import { peopleMaker } from '../people.js';
import type { PersonRef } from '../../../trackers/importedTicket.js';

/** Whom the people of an export are here. */
export interface TrackerPerson extends Actor {
  /** May be the reporter of tickets. */
  readonly isInside: boolean;
  readonly isStaff: boolean;
  /** May be given tickets. */
  readonly canHold: boolean;
}

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly active: boolean | number;
}

const columns = 'SELECT u.id, u.name, u.role, u.active FROM users u';
const byEmail = statement('import.userByEmail', `${columns} WHERE u.email = $1`);
const byUsername = statement('import.userByUsername', `${columns} WHERE u.username = $1`);
const byName = statement(
  'import.userByName',
  `${columns} WHERE u.name = $1 AND CASE WHEN u.role = 'CUSTOMER' THEN 'CUSTOMER' ELSE 'STAFF' END = $2 LIMIT 2`,
);
const findRole = statement(
  'import.roleInProject',
  'SELECT role FROM project_members WHERE project_id = $1 AND user_id = $2',
);

export interface Where {
  readonly source: string;
  readonly projectId: string;
}

/**
 * Finds people by their address, their username, or a name that only one of them has; makes those that there are not, who cannot sign in, and
 * lets all of them into the project. `created` is told the address of each one made.
 */
export function trackerPeople(
  deps: Deps,
  actor: Actor,
  { source, projectId }: Where,
  created: (email: string) => void,
) {
  const known = new Map<string, Promise<TrackerPerson>>();
  const make = peopleMaker(deps, actor);
  const only = async (asked: typeof byName, ...values: string[]): Promise<UserRow | undefined> => {
    const rows = await deps.db.all<UserRow>(asked, values);
    return rows.length === 1 ? rows[0] : undefined;
  };

  const find = async ({ name, email, username, isCustomer = false }: PersonRef): Promise<UserRow> => {
    const shown = name.slice(0, limits.nameLength).replace(/[\uD800-\uDBFF]$/, '');
    const addresses = email === undefined ? unreachableEmails(username ?? shown, source) : [email];
    const named = email === undefined && username !== undefined ? await only(byUsername, username) : undefined;
    if (named) return named;
    let free: string | undefined;
    for (const address of addresses) {
      const user = await only(byEmail, address);
      if (user && (email !== undefined || user.name === shown || address === addresses.at(-1))) return user;
      if (!user) free ??= address;
    }
    // Whoever has an address is nobody else who has the same name.
    const alike = email === undefined ? await only(byName, shown, isCustomer ? 'CUSTOMER' : 'STAFF') : undefined;
    if (alike) return alike;
    if (free === undefined) throw new Error('a person without an address');
    const role = isCustomer ? 'CUSTOMER' : 'AGENT';
    const id = await make({ email: free, name: shown, username: username ?? null, role });
    created(free);
    return { id, name: shown, role, active: true };
  };

  const enter = async (ref: PersonRef): Promise<TrackerPerson> => {
    const { id, name, role, active } = await find(ref);
    const [member] = await deps.db.all<{ role: ProjectRole }>(findRole, [projectId, id]);
    const joins = !member && role !== 'ADMIN' && Boolean(active);
    const wanted = role === 'CUSTOMER' ? 'CUSTOMER' : 'MEMBER';
    if (joins) await addMember(deps, actor, { projectId, userId: id, role: wanted });
    const standing = member?.role ?? (joins ? wanted : null);
    const isStaff = role === 'ADMIN' || (standing !== null && standing !== 'CUSTOMER');
    return {
      userId: id,
      name,
      role,
      sessionId: null,
      mayWrite: true,
      isInside: role === 'ADMIN' || standing !== null,
      isStaff,
      canHold: isStaff && role !== 'CUSTOMER' && Boolean(active),
    };
  };
  return (ref: PersonRef): Promise<TrackerPerson> => {
    const key = JSON.stringify([ref.name, ref.email, ref.username]);
    const before = known.get(key) ?? enter(ref);
    known.set(key, before);
    return before;
  };
}
