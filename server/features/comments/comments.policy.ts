import { isLead, isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

type Visibility = 'PUBLIC' | 'INTERNAL';

/** Internal comments are among staff. */
export const canComment = (standing: Standing, visibility: Visibility): Decision =>
  allowIf(isStaff(standing) || visibility === 'PUBLIC', 'Customers write public comments.');

/** To whom an internal comment does not exist. */
export const canSeeComment = (standing: Standing, visibility: Visibility): boolean =>
  isStaff(standing) || visibility === 'PUBLIC';

export const canChangeComment = (actor: Actor, standing: Standing, comment: { readonly userId: string }): Decision =>
  allowIf(comment.userId === actor.userId || isLead(standing), 'Only its author or a lead may change a comment.');

/** They come under other people's names. */
export const canImportComments = (standing: Standing): Decision =>
  allowIf(isLead(standing), 'Only a lead may take over comments of other people.');
