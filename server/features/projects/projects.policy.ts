import { isLead, isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

export const canCreateProject = (actor: Pick<Actor, 'role' | 'userId'>, ownerId: string): Decision =>
  allowIf(
    actor.role === 'ADMIN' || (actor.role === 'AGENT' && ownerId === actor.userId),
    actor.role === 'CUSTOMER' ? 'Customers cannot create projects.' : 'You can only create projects of your own.',
  );

export const canManageProject = (standing: Standing): Decision =>
  allowIf(isLead(standing), 'Only leads may change the project and its members.');

/** Customers of one project may be strangers to each other: they see the team and themselves. */
export const canSeeCustomers = (standing: Standing): boolean => isStaff(standing);

/** What a person may be in a project; null when the pair is fine. */
export const roleProblem = (user: { role: string; active: boolean }, role: string): string | null => {
  if (!user.active) return 'This person is not active.';
  return user.role === 'CUSTOMER' && role !== 'CUSTOMER' ? 'A customer can only be a customer of a project.' : null;
};
