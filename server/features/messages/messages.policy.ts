import { isLead, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

export const canEditMessage = (actor: Actor, message: { readonly authorId: string }): Decision =>
  allowIf(message.authorId === actor.userId, 'Only its author may edit a message.');

/** A lead keeps order in a project; among people who talk directly, nobody does. */
export const canDeleteMessage = (
  actor: Actor,
  standing: Standing,
  message: { readonly authorId: string; readonly isDirect: boolean },
): Decision =>
  allowIf(
    message.authorId === actor.userId || (!message.isDirect && isLead(standing)),
    'Only its author or a lead may delete a message.',
  );
