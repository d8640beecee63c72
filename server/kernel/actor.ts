import type { ProjectRole } from '../../contract/project.js';
import type { UserRole } from '../../contract/user.js';

/** Who asks: a person by session or API key, or the system itself (command line, import). */
export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly role: UserRole;
  /** The sign-in this call came by, `key:<id>` for an API key; null for the command line. */
  readonly sessionId: string | null;
  /** False for API keys without the scope `write`. */
  readonly mayWrite: boolean;
}

/** Who does what nobody asked for. */
export const systemActor: Actor = { userId: '', name: 'system', role: 'ADMIN', sessionId: null, mayWrite: true };

/** The person, for columns and events that name one; null: the system itself. */
export const personOf = ({ userId }: Pick<Actor, 'userId'>): string | null => (userId === '' ? null : userId);

const RULE = 'Rule: ';
/** A rule that acts, known by its name. */
export const ruleActor = (name: string): Actor => ({ ...systemActor, name: `${RULE}${name}` });

/** How somebody is shown who is neither a person nor the system itself; null: they are one of those. */
export const labelOf = (actor: { readonly userId: string | null; readonly name: string | null }): string | null =>
  !actor.userId && actor.name?.startsWith(RULE) ? actor.name : null;

/** What a project's permissions are decided by: ADMIN stands above membership. */
export interface Standing {
  readonly role: UserRole;
  readonly projectRole: ProjectRole | null;
}

export const isStaff = (standing: Standing): boolean =>
  standing.role === 'ADMIN' || standing.projectRole === 'LEAD' || standing.projectRole === 'MEMBER';
export const isLead = (standing: Standing): boolean => standing.role === 'ADMIN' || standing.projectRole === 'LEAD';
export const isInside = (standing: Standing): boolean => standing.role === 'ADMIN' || standing.projectRole !== null;
