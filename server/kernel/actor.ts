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

/** What a project's permissions are decided by: ADMIN stands above membership. */
export interface Standing {
  readonly role: UserRole;
  readonly projectRole: ProjectRole | null;
}

export const isStaff = (standing: Standing): boolean =>
  standing.role === 'ADMIN' || standing.projectRole === 'LEAD' || standing.projectRole === 'MEMBER';
export const isLead = (standing: Standing): boolean => standing.role === 'ADMIN' || standing.projectRole === 'LEAD';
export const isInside = (standing: Standing): boolean => standing.role === 'ADMIN' || standing.projectRole !== null;
