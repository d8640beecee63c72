import { deleteComment } from '../features/comments/commands/deleteComment.js';
import { importComments } from '../features/comments/commands/importComments.js';
import { updateComment } from '../features/comments/commands/updateComment.js';
import { AppError } from '../kernel/errors.js';
import { commentPartId, commentParts } from '../trackers/draft.js';
import { applyIssue, SOURCE, type Receiving } from './applyIssue.js';
import { externalIdOf, type IssuePayload } from './githubPayload.js';
import { itemOf, rememberItem, type Received } from './items.js';
import { hashOf } from './remoteIssue.js';

interface RemoteComment {
  readonly hash: string;
  /** So many comments it takes here. */
  readonly parts: number;
}
type Comment = NonNullable<IssuePayload['comment']>;

/** Who wrote it stands in it: strangers of another system are nobody here. */
const wordsOf = ({ user, body }: Comment): string => `${user?.login ?? 'Somebody'} wrote on GitHub:\n\n${body ?? ''}`;

/**
 * Does with a comment what was done there; a ticket that there is not is made first. A comment that was deleted here stays so, and what
 * comes late changes nothing.
 */
export async function applyComment(receiving: Receiving, payload: IssuePayload, comment: Comment): Promise<Received> {
  const { deps, endpoint } = receiving;
  const externalId = externalIdOf(payload);
  const itemId = `${externalId}/comment/${comment.id}`;
  const about = await applyIssue(receiving, { ...payload, action: '' });
  const { ticketId } = about;
  const item = await itemOf<RemoteComment>(deps.db.all, endpoint.id, itemId);
  const remoteAt = new Date(comment.updated_at);
  const isDeleted = payload.action === 'deleted';
  const isLate =
    item !== null && (item.isGone || remoteAt < item.remoteAt || isRepeat(payload, remoteAt, item.remoteAt));
  if (isLate && !(isDeleted && !item.isGone))
    return { outcome: 'STALE', reason: 'Something newer of this comment came before.', ticketId };
  if (ticketId === null) return about;
  const parts = commentParts(SOURCE, externalId, `comment ${comment.id}`, isDeleted ? '' : wordsOf(comment));
  const isChanged = await writeParts(receiving, externalId, comment, ticketId, parts, item?.remote.parts ?? 0);
  const remote: RemoteComment = { hash: hashOf(comment.body ?? ''), parts: parts.length };
  await rememberItem(
    deps.db.all,
    endpoint.id,
    itemId,
    { ticketId, remoteAt, remote, isGone: isDeleted },
    deps.clock.now(),
  );
  if (about.outcome === 'CREATED') return about;
  return { outcome: isChanged ? 'UPDATED' : 'UNCHANGED', reason: null, ticketId };
}

/** Of the same second an edit comes after what it edits. */
const isRepeat = ({ action }: IssuePayload, at: Date, known: Date): boolean =>
  action === 'created' && at.getTime() === known.getTime();

async function writeParts(
  { deps, actor }: Receiving,
  externalId: string,
  { id }: Comment,
  ticketId: string,
  parts: readonly { readonly id: string; readonly content: string }[],
  partsBefore: number,
): Promise<boolean> {
  const author = { userId: actor.userId, name: actor.name, isStaff: false };
  const at = deps.clock.now();
  const comments = parts.map((part) => ({ ...part, author, visibility: 'PUBLIC' as const, at }));
  const known = comments.length === 0 ? [] : await importComments(deps, actor, { ticketId, comments });
  let changed = comments.length - known.length;
  for (const before of known) {
    const content = parts.find((part) => part.id === before.id)?.content;
    if (before.isDeleted || content === undefined || content === before.content) continue;
    await updateComment(deps, actor, { commentId: before.id, patch: { content } });
    changed++;
  }
  for (let nth = parts.length; nth < partsBefore; nth++) {
    if (await removePart({ deps, actor }, commentPartId(SOURCE, externalId, `comment ${id}`, nth))) changed++;
  }
  return changed > 0;
}

async function removePart({ deps, actor }: Pick<Receiving, 'deps' | 'actor'>, commentId: string): Promise<boolean> {
  try {
    await deleteComment(deps, actor, { commentId });
    return true;
  } catch (error) {
    // Somebody deleted it here before.
    if (error instanceof AppError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}
