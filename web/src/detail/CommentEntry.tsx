import { useRef, useState } from 'react';
import type { Comment } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { Ago } from '../ui/Ago.js';
import { Avatar } from '../ui/Avatar.js';
import { Icon } from '../ui/Icon.js';
import { mentionPieces, withoutMarks } from '../ui/mentions.js';
import { hasDraft } from '../ui/useDraft.js';
import { CommentEdit } from './CommentEdit.js';
import { useFocusBack } from './useFocusBack.js';

interface Props {
  readonly comment: Comment;
  /** Leads and administrators keep order in what others wrote. */
  readonly isLead: boolean;
  readonly onChanged: (comment: Comment) => void;
}

/** Enough of a comment to tell it from the others. */
const ABOUT_LENGTH = 60;

/** One comment, which its author edits where it stands. What was begun is gone on with when the ticket is opened again. */
export function CommentEntry({ comment, isLead, onChanged }: Props) {
  const { viewer } = useBoardTools();
  const { id, userId, userName, content } = comment;
  const place = `${viewer.user.id} edit ${id}`;
  const [editing, setEditing] = useState<'begun' | 'goneOnWith' | null>(() => (hasDraft(place) ? 'goneOnWith' : null));
  const button = useRef<HTMLButtonElement>(null);
  useFocusBack(editing !== null, button);
  const isInternal = comment.visibility === 'INTERNAL';
  const isOwn = userId === viewer.user.id;
  return (
    <li className="comment" data-internal={isInternal || undefined}>
      <Avatar id={userId} name={userName} size="medium" />
      <article>
        <header>
          <strong>{isOwn ? 'You' : userName}</strong>
          <Ago at={comment.createdAt} />
          {comment.version > 1 ? <span className="form-hint">edited</span> : null}
          {isInternal ? (
            <span className="comment-internal">
              <Icon name="lock" /> Internal
            </span>
          ) : null}
          {editing === null && (isOwn || isLead) ? (
            <button
              ref={button}
              type="button"
              className="icon-button comment-edit-button"
              aria-label={`Edit: ${withoutMarks(content).slice(0, ABOUT_LENGTH)}`}
              title="Edit"
              onClick={() => setEditing('begun')}
            >
              <Icon name="edit" />
            </button>
          ) : null}
        </header>
        {editing === null ? (
          <p className="prose">
            <WithMentions text={content} viewerId={viewer.user.id} />
          </p>
        ) : (
          <CommentEdit
            comment={comment}
            place={place}
            takesFocus={editing === 'begun'}
            onChanged={onChanged}
            onDone={() => setEditing(null)}
          />
        )}
      </article>
    </li>
  );
}

/** People who are named stand out, whoever reads it most of all. */
const WithMentions = ({ text, viewerId }: { text: string; viewerId: string }) =>
  mentionPieces(text).map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      <span key={index} className="mention" data-me={piece.userId === viewerId || undefined}>
        @{piece.name}
      </span>
    ),
  );
