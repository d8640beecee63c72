import type { Actor } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

export const canInspect = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role === 'ADMIN', 'Only administrators may look into the server.');

export const canAudit = (actor: Pick<Actor, 'role'>): Decision =>
  allowIf(actor.role === 'ADMIN', 'Only administrators may read the audit log.');
