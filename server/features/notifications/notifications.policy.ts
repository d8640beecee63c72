import { isStaff, type Standing } from '../../kernel/actor.js';

/** Somebody who may have to be told of something, as they stand in the ticket's project. */
export interface Reader extends Standing {
  readonly userId: string;
  readonly active: boolean;
}

/** Whether a comment may be told of to this person: staff of the project, or the customer who reported, and is shown it. */
export const mayBeTold = (
  reader: Reader,
  ticket: { readonly reporterId: string },
  comment: { readonly visibility: 'PUBLIC' | 'INTERNAL' },
): boolean => {
  if (!reader.active) return false;
  if (isStaff(reader)) return true;
  return reader.projectRole === 'CUSTOMER' && ticket.reporterId === reader.userId && comment.visibility === 'PUBLIC';
};
