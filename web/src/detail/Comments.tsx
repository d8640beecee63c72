import type { Comment } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { Avatar } from '../ui/Avatar.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { Icon } from '../ui/Icon.js';
import { useNow } from '../ui/useNow.js';
import { CommentForm } from './CommentForm.js';
import { useComments } from './useComments.js';

export function Comments({ ticketId, ticketKey }: { ticketId: string; ticketKey: string }) {
  const { comments, isLoading, older, loadOlder, fold } = useComments(ticketId);
  const shown = comments.filter((comment) => comment.deletedAt === null);
  return (
    <>
      {older === null ? null : (
        <button type="button" className="button" onClick={loadOlder}>
          Earlier comments
        </button>
      )}
      {isLoading ? <p className="form-hint">Loading…</p> : null}
      {!isLoading && shown.length === 0 ? <p className="form-hint">No comments yet.</p> : null}
      <ol className="comments" aria-label="Comments">
        {shown.map((comment) => (
          <CommentItem key={comment.id} comment={comment} />
        ))}
      </ol>
      <CommentForm ticketId={ticketId} ticketKey={ticketKey} onCreated={(comment) => fold([comment])} />
    </>
  );
}

function CommentItem({ comment }: { comment: Comment }) {
  const { viewer } = useBoardTools();
  const now = useNow(30_000);
  const isInternal = comment.visibility === 'INTERNAL';
  return (
    <li className="comment" data-internal={isInternal || undefined}>
      <Avatar id={comment.userId} name={comment.userName} size="medium" />
      <article>
        <header>
          <strong>{comment.userId === viewer.user.id ? 'You' : comment.userName}</strong>
          <time dateTime={comment.createdAt} title={formatMoment(comment.createdAt)}>
            {formatAgo(comment.createdAt, now)}
          </time>
          {isInternal ? (
            <span className="comment-internal">
              <Icon name="lock" /> Internal
            </span>
          ) : null}
        </header>
        <p className="prose">{comment.content}</p>
      </article>
    </li>
  );
}
