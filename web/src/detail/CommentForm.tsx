import { useRef, useState } from 'react';
import type { Comment } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { useDraft } from '../ui/useDraft.js';
import { CommentField } from './CommentField.js';
import { useTyping } from './useTyping.js';

interface Props {
  readonly ticketId: string;
  readonly ticketKey: string;
  readonly onCreated: (comment: Comment) => void;
}

export function CommentForm(props: Props) {
  const { viewer } = useBoardTools();
  const { content, write, isInternal, setIsInternal, isBusy, send } = useCommentDraft(props);
  const field = useRef<HTMLTextAreaElement>(null);
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
      onKeyDown={(event) => {
        const isInText = event.target === field.current;
        if (isInText && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) sendAndStay();
      }}
    >
      <CommentField
        label="New comment"
        placeholder={isInternal ? 'A note for the team' : 'Write a comment'}
        content={content}
        onWrite={write}
        field={field}
      />
      <div className="comment-form-foot">
        {viewer.isStaff ? (
          <label className="check">
            <input type="checkbox" checked={isInternal} onChange={(event) => setIsInternal(event.target.checked)} />
            Internal, for the team only
          </label>
        ) : null}
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

/** Staff choose who may read it, anew each time: an internal remark must not become public by habit. */
function useCommentDraft({ ticketId, ticketKey, onCreated }: Props) {
  const { client, toasts, viewer } = useBoardTools();
  const { draft, write: keep, forget, takeBack } = useDraft(`${viewer.user.id} comment ${ticketId}`);
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
    forget();
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
