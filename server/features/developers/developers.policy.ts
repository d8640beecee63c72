import type { Actor } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

export const canSeeDevelopers = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role !== 'CUSTOMER', 'Work profiles are for colleagues.');

export const canEditDeveloper = (
  actor: Pick<Actor, 'role' | 'userId'>,
  developer: { readonly userId: string },
): Decision =>
  allowIf(
    actor.role === 'ADMIN' || (actor.role === 'AGENT' && actor.userId === developer.userId),
    'You may edit your own profile; administrators may edit any.',
  );

export const canSyncDevelopers = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role === 'ADMIN', 'Only administrators may take work profiles over.');

export const canRefreshWorkloads = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role === 'ADMIN', 'Only administrators may reckon workloads anew.');
