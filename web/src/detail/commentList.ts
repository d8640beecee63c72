import type { Comment } from '../sdk.js';

/**
 * Comments with one more form of one of them, oldest first. A form that is older than the one we have changes nothing, so
 * the reply to one's own call and its event may come in either order.
 */
export function withComment(comments: readonly Comment[], comment: Comment): readonly Comment[] {
  const known = comments.find(({ id }) => id === comment.id);
  if (known && (known.version > comment.version || (isGone(known) && known.version === comment.version)))
    return comments;
  return [...comments.filter(({ id }) => id !== comment.id), comment].toSorted(byAge);
}

const isGone = ({ deletedAt }: Comment) => deletedAt !== null;

const byAge = (a: Comment, b: Comment) =>
  a.createdAt === b.createdAt ? compare(a.id, b.id) : compare(a.createdAt, b.createdAt);
const compare = (a: string, b: string) => (a < b ? -1 : 1);
