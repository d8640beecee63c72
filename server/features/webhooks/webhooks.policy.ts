import { isLead, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** Addresses may hold secrets, and deliveries all that staff see: the rest of the staff are not shown them. */
export const canManageWebhooks = (standing: Standing): Decision =>
  allowIf(isLead(standing), 'Only leads may see and change the webhooks of the project.');
