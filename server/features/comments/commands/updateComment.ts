import type { z } from 'zod';
import type { CommentReply, UpdateCommentInput } from '../../../../contract/comment.js';
import type { Changes } from '../../../../contract/event.js';
import { commentIndex } from '../../../db/textIndex.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { noteFirstResponse } from '../../tickets/firstResponse.js';
import {
  commentEntry,
  envelopeOf,
  loadComment,
  updateComment as writeComment,
  withdrawComment,
} from '../commentWrites.js';
import { demandPublic, findParent } from '../parentComment.js';
import { concernedBy, tellOfEdit } from '../commentNews.js';
import { canChangeComment, canComment } from '../comments.policy.js';
import { presentComment, type CommentRow } from '../comments.queries.js';

type Input = z.output<typeof UpdateCommentInput>;

/**
 * Edits a comment or changes who may see it. Made internal, it is gone for the customer: their stream tells the same event
 * as a deletion, and no earlier one of this comment any more. Made public, it may be the ticket's first response.
 * @throws NOT_FOUND no such comment for this actor; FORBIDDEN see `canChangeComment`; CONFLICT `expectedVersion` is stale; BAD_INPUT it would be
 * public and answers an internal one.
 */
export function updateComment(deps: Deps, actor: Actor, input: Input): Promise<CommentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'comments.update', input }, async (unit) => {
    const { comment: before, ticket } = await loadComment(unit, actor, input.commentId);
    demand(canChangeComment(actor, ticket.standing, before));
    if (input.patch.visibility) demand(canComment(ticket.standing, input.patch.visibility));
    demandVersion(before, input);
    const changes = changesOf(before, input.patch);
    if (Object.keys(changes).length === 0) return { ...presentComment(before), seq: ticket.row.lastSeq };
    const row: CommentRow = {
      ...before,
      content: input.patch.content ?? before.content,
      visibility: input.patch.visibility ?? before.visibility,
      version: before.version + 1,
      updatedAt: unit.at,
    };
    const withdrawn = before.visibility === 'PUBLIC' && row.visibility === 'INTERNAL';
    if (withdrawn) await withdrawComment(unit, before);
    const opened = before.visibility === 'INTERNAL' && row.visibility === 'PUBLIC';
    if (opened && before.parentId !== null) demandPublic(await findParent(unit, before.parentId));
    if (opened && before.userId !== ticket.row.reporterId) await noteFirstResponse(deps, unit, actor, ticket);
    const [concerned, { seq }] = await Promise.all([
      concernedBy(deps, unit, ticket, row.content, null),
      unit.record.number(ticket.row.projectId, { events: 1 }),
    ]);
    unit.send(writeComment.statement, writeComment.values(row));
    if (changes['content'])
      commentIndex.put(unit, deps.db.dialect, { id: row.id, placeId: ticket.row.projectId, text: row.content });
    unit.record.audit({ ...commentEntry(row, ticket), action: 'UPDATED', before, after: row });
    const comment = presentComment(row);
    const envelope = envelopeOf(ticket, withdrawn ? 'PUBLIC' : row.visibility, seq);
    unit.record.append({ ...envelope, type: 'comment.updated', payload: { comment, changes } });
    tellOfEdit(unit, actor, ticket, [before, row], seq, concerned);
    return { ...comment, seq };
  });
}

function demandVersion({ version, content }: CommentRow, { expectedVersion, patch }: Input): void {
  if (expectedVersion === undefined || expectedVersion === version) return;
  throw new AppError('CONFLICT', 'Somebody else changed this comment meanwhile.', {
    currentVersion: version,
    fields: { content: { yours: patch.content ?? null, theirs: content } },
  });
}

/** A comment that was internal never shows its former words to whom it is opened. */
function changesOf(before: CommentRow, patch: Input['patch']): Changes {
  const opened = before.visibility === 'INTERNAL' && patch.visibility === 'PUBLIC';
  const changed = (field: 'content' | 'visibility') => {
    const after = patch[field];
    if (after === undefined || after === before[field]) return {};
    return { [field]: { before: opened && field === 'content' ? null : before[field], after } };
  };
  return { ...changed('content'), ...changed('visibility') };
}
