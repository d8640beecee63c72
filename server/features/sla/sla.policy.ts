import { isLead, isStaff, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** What is promised stays among staff, and so do the clocks. */
export const canListSla = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may see its SLA policies.');

export const canManageSla = (standing: Standing): Decision =>
  allowIf(isLead(standing), 'Only leads may change the SLA policies of the project.');
