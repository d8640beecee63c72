import { useRef, useState } from 'react';
import { explain } from '../board/explain.js';
import { useFocusBack } from '../detail/useFocusBack.js';
import { limits, type BatonClient, type Message } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { EditForm } from '../ui/EditForm.js';
import { Icon } from '../ui/Icon.js';
import type { Toasts } from '../ui/toasts.js';
import { useNow } from '../ui/useNow.js';
import type { Line } from './messageList.js';

export interface Talk {
  readonly client: BatonClient;
  readonly toasts: Toasts;
  readonly viewerId: string;
  /** Leads and administrators keep order in what belongs to a project. */
  readonly mayDelete: boolean;
  /** An archived conversation is only read. */
  readonly isOpen: boolean;
  readonly onChanged: (message: Message) => void;
}

interface Props {
  readonly talk: Talk;
  readonly line: Line;
  /** Null within a thread. */
  readonly onThread: ((messageId: string) => void) | null;
}

export function MessageLine({ talk, line: { message, isFollowUp, answers }, onThread }: Props) {
  const [isEditing, setIsEditing] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  useFocusBack(isEditing, row);
  const now = useNow(30_000);
  const { authorId, authorName, createdAt, deletedAt } = message;
  return (
    <li ref={row} className="message" data-follow={isFollowUp || undefined} tabIndex={-1}>
      {isFollowUp ? <span className="message-gap" /> : <Avatar id={authorId} name={authorName} size="medium" />}
      <article>
        <header className={isFollowUp ? 'visually-hidden' : undefined}>
          <strong>{authorId === talk.viewerId ? 'You' : authorName}</strong>{' '}
          <time dateTime={createdAt} title={formatMoment(createdAt)}>
            {formatAgo(createdAt, now)}
          </time>
        </header>
        {isEditing ? (
          <MessageEdit talk={talk} message={message} onDone={() => setIsEditing(false)} />
        ) : (
          <p className="prose" data-gone={deletedAt !== null || undefined}>
            {deletedAt === null ? message.content : 'This message was deleted.'}
            {message.isEdited && deletedAt === null ? <span className="form-hint"> edited</span> : null}
          </p>
        )}
        {answers > 0 && onThread ? (
          <button type="button" className="thread-link" onClick={() => onThread(message.id)}>
            {answers === 1 ? '1 answer' : `${answers} answers`}
          </button>
        ) : null}
      </article>
      {isEditing || deletedAt !== null || !talk.isOpen ? null : (
        <MessageTools talk={talk} message={message} onThread={onThread} onEdit={() => setIsEditing(true)} />
      )}
    </li>
  );
}

type ToolProps = Pick<Props, 'talk' | 'onThread'> & { readonly message: Message; readonly onEdit: () => void };

function MessageTools({ talk, message, onThread, onEdit }: ToolProps) {
  const { client, toasts, viewerId, mayDelete, onChanged } = talk;
  const isOwn = message.authorId === viewerId;
  const remove = () =>
    void client.messages
      .delete({ messageId: message.id })
      .then(onChanged, (error: unknown) => toasts.show('error', explain(error, 'The message')));
  const about = `${message.authorName}: ${message.content.slice(0, 60)}`;
  return (
    <span className="message-tools" role="group" aria-label={`For ${about}`}>
      {onThread ? (
        <button
          type="button"
          aria-label="Answer in a thread"
          title="Answer in a thread"
          onClick={() => onThread(message.id)}
        >
          <Icon name="answer" />
        </button>
      ) : null}
      {isOwn ? (
        <button type="button" aria-label="Edit" title="Edit" onClick={onEdit}>
          <Icon name="edit" />
        </button>
      ) : null}
      {isOwn || mayDelete ? (
        <button type="button" aria-label="Delete" title="Delete" onClick={remove}>
          <Icon name="trash" />
        </button>
      ) : null}
    </span>
  );
}

function MessageEdit({ talk, message, onDone }: { talk: Talk; message: Message; onDone: () => void }) {
  const [content, setContent] = useState(message.content);
  const save = () => {
    const said = content.trim();
    onDone();
    if (said === '' || said === message.content) return;
    talk.client.messages
      .edit({ messageId: message.id, content: said })
      .then(talk.onChanged, (error: unknown) => talk.toasts.show('error', explain(error, 'The message')));
  };
  return (
    <EditForm className="message-edit" saveKey="enter" onSave={save} onCancel={onDone}>
      <textarea
        autoFocus
        rows={2}
        aria-label="Edit the message"
        maxLength={limits.textLength}
        value={content}
        onChange={(event) => setContent(event.target.value)}
      />
    </EditForm>
  );
}
