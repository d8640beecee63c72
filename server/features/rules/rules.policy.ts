import { isLead, isStaff, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** Rules, and what they did, stay among staff. */
export const canSeeRules = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may see its rules.');

export const canManageRules = (standing: Standing): Decision =>
  allowIf(isLead(standing), 'Only leads may change the rules of the project.');
