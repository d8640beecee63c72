import type { Actor } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

export const canManageUsers = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role === 'ADMIN', 'Only administrators may manage people.');

/** A directory of everybody is for colleagues; a customer knows only themselves. */
export const canListUsers = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role !== 'CUSTOMER', 'Customers cannot list people.');

export const canSeeUser = (actor: Pick<Actor, 'role' | 'userId'>, userId: string): boolean =>
  actor.role !== 'CUSTOMER' || actor.userId === userId;

/** Whether somebody has yet to choose a password concerns administrators and themselves. */
export const canSeeAccount = (actor: Pick<Actor, 'role' | 'userId'>, userId: string): boolean =>
  actor.role === 'ADMIN' || actor.userId === userId;
