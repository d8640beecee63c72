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
