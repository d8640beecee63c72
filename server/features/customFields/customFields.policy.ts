import { isLead, isStaff, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** Custom fields stay among staff. */
export const canListFields = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may see its custom fields.');

export const canManageFields = (standing: Standing): Decision =>
  allowIf(isLead(standing), 'Only leads may change the custom fields of the project.');
