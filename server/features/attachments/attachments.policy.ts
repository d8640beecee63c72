import { isLead, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** To the ticket whoever sees it may attach, as they may comment; to a comment who wrote it. */
export const canAttachTo = (actor: Actor, standing: Standing, comment: { readonly userId: string }): Decision =>
  allowIf(comment.userId === actor.userId || isLead(standing), 'Only its author or a lead may attach to a comment.');

export const canRemoveAttachment = (
  actor: Actor,
  standing: Standing,
  attachment: { readonly uploadedBy: string },
): Decision =>
  allowIf(
    attachment.uploadedBy === actor.userId || isLead(standing),
    'Only who sent it or a lead may remove an attachment.',
  );
