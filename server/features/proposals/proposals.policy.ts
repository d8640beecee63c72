import { isStaff, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** Who may assign a ticket by hand may also let it be planned, and decide on what is proposed. */
export const canPropose = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may see and make proposals of who should have its tickets.');
