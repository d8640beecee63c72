import type { Actor } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

export const canListSkills = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role !== 'CUSTOMER', 'Customers cannot list skills.');

export const canManageSkills = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role === 'ADMIN', 'Only administrators may manage skills.');
