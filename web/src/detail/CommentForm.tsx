import { useId, useRef, useState, type RefObject } from 'react';
import { limits, type Comment } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { mentionOf } from '../ui/mentions.js';
import { useDraft } from '../ui/useDraft.js';
import { MentionList, useMentionable, type Named } from './MentionList.js';
import { useTyping } from './useTyping.js';

interface Props {
  readonly ticketId: string;
  readonly ticketKey: string;
  readonly onCreated: (comment: Comment) => void;
}

export function CommentForm(props: Props) {
  const { viewer } = useBoardTools();
  const { content, write, isInternal, setIsInternal, isBusy, send } = useCommentDraft(props);
  const hintId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const { people, name, setCaret } = useNaming(content, write, field);
  // Its button is off while there is nothing to send: the focus would be lost with it.
  const sendAndStay = () => void send().then(() => field.current?.focus());
  return (
    <form
      className="comment-form"
      data-internal={isInternal || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        sendAndStay();
      }}
    >
      <textarea
        ref={field}
        rows={3}
        aria-label="New comment"
        aria-describedby={hintId}
        placeholder={isInternal ? 'A note for the team' : 'Write a comment'}
        maxLength={limits.textLength}
        value={content}
        onChange={(event) => write(event.target.value)}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={(event) => {
          const [first] = people;
          if (event.key === 'Tab' && !event.shiftKey && first) {
            event.preventDefault();
            name(first);
          }
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) sendAndStay();
        }}
      />
      <MentionList people={people} onChoose={name} />
      <div className="comment-form-foot">
        {viewer.isStaff ? (
          <label className="check">
            <input type="checkbox" checked={isInternal} onChange={(event) => setIsInternal(event.target.checked)} />
            Internal, for the team only
          </label>
        ) : null}
        <span className="visually-hidden" id={hintId}>
          Control and Enter send it. An @ and a name tell somebody of it; Tab takes the first who is offered.
        </span>
        <button
          type="submit"
          className="button button-primary"
          title="Ctrl + Enter"
          disabled={isBusy || !content.trim()}
        >
          {isInternal ? 'Add note' : 'Comment'}
        </button>
      </div>
    </form>
  );
}

/** Whom the text before the caret may mean, and what puts one of them there. */
function useNaming(content: string, write: (text: string) => void, field: RefObject<HTMLTextAreaElement | null>) {
  const [caret, setCaret] = useState(0);
  const people = useMentionable(content.slice(0, caret));
  const name = ({ userId, name: called }: Named) => {
    const before = content.slice(0, caret).replace(/@[^@]*$/, `${mentionOf(called, userId)} `);
    write(before + content.slice(caret));
    setCaret(before.length);
    field.current?.focus();
  };
  return { people, name, setCaret };
}

/** Staff choose who may read it, anew each time: an internal remark must not become public by habit. */
function useCommentDraft({ ticketId, ticketKey, onCreated }: Props) {
  const { client, toasts, viewer } = useBoardTools();
  const { draft, write: keep, handOver, takeBack } = useDraft(`${viewer.user.id} comment ${ticketId}`);
  const { content, isInternal } = draft;
  const [isBusy, setIsBusy] = useState(false);
  const tellTyping = useTyping(ticketId);
  const write = (text: string) => {
    keep({ content: text, isInternal });
    tellTyping(text);
  };
  const setIsInternal = (internal: boolean) => keep({ content, isInternal: internal });
  const send = async () => {
    if (content.trim() === '' || isBusy) return;
    setIsBusy(true);
    handOver();
    try {
      const visibility = isInternal ? 'INTERNAL' : 'PUBLIC';
      onCreated(await client.comments.create({ ticketId, content, visibility }));
      keep({ content: '', isInternal: false });
      tellTyping('');
    } catch (error) {
      takeBack(draft);
      toasts.show('error', explain(error, ticketKey));
    } finally {
      setIsBusy(false);
    }
  };
  return { content, write, isInternal, setIsInternal, isBusy, send };
}
