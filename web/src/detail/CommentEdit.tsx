import { useEffect, useId, useRef, useState } from 'react';
import { letGo } from '../acts/conflicts.js';
import { useBoardTools } from '../board/boardContext.js';
import type { Comment } from '../sdk.js';
import { EditForm } from '../ui/EditForm.js';
import { withoutMarks } from '../ui/mentions.js';
import { useDraft } from '../ui/useDraft.js';
import { noWords, refusalOf, type Refusal } from './commentEdits.js';
import { CommentField } from './CommentField.js';

interface Props {
  readonly comment: Comment;
  /** Who edits it, and what: what is not saved is kept under it. */
  readonly place: string;
  readonly takesFocus: boolean;
  readonly onChanged: (comment: Comment) => void;
  readonly onDone: () => void;
}

/** A comment that is edited in the place where it stands. */
export function CommentEdit(props: Props) {
  const { content, isInternal, write, refusal, isBusy, save, cancel } = useCommentEdit(props);
  const field = useRef<HTMLTextAreaElement>(null);
  const problemId = useId();
  const { takesFocus } = props;
  useEffect(() => {
    const { current } = field;
    if (!takesFocus || !current) return;
    current.focus();
    current.setSelectionRange(current.value.length, current.value.length);
  }, [takesFocus]);
  return (
    <EditForm
      className="comment-form comment-edit"
      saveKey="control enter"
      isBusy={isBusy}
      onSave={() => void save().then((isSaved) => (isSaved ? undefined : backTo(field.current)))}
      onCancel={cancel}
    >
      <CommentField
        label={isInternal ? 'Edit the note' : 'Edit the comment'}
        content={content}
        onWrite={write}
        field={field}
        isSent={isBusy}
        problemId={problemId}
        isWrong={refusal !== null}
      />
      <p className="form-problem" role="alert" id={problemId}>
        {refusal?.problem}
      </p>
      {refusal?.theirs ? (
        <p className="prose comment-theirs" role="region" aria-label="What it says now" tabIndex={0}>
          {withoutMarks(refusal.theirs.content)}
        </p>
      ) : null}
    </EditForm>
  );
}

/** Its button was off meanwhile, and lost the focus. Whoever has gone on to something else stays there. */
function backTo(area: HTMLTextAreaElement | null): void {
  const { activeElement, body } = document;
  if (activeElement === body || area?.form?.contains(activeElement)) area?.focus();
}

/** What counts is the comment as it was when editing began: what others write meanwhile is told before it is written over. */
function useCommentEdit({ comment, place, onChanged, onDone }: Props) {
  const { client, toasts } = useBoardTools();
  const { id: commentId, version } = comment;
  const begun = { content: comment.content, isInternal: comment.visibility === 'INTERNAL', version };
  const { draft, write: keep, forget, takeBack } = useDraft(place, begun);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const isHere = useIsHere();
  const { content, isInternal } = draft;
  const write = (text: string) => {
    keep({ ...draft, content: text });
    // What it says now is still to be read.
    setRefusal((now) => (now?.theirs ? now : null));
  };
  const cancel = () => {
    forget();
    onDone();
  };
  const saved = (changed: Comment) => {
    onChanged(changed);
    if (isHere.current) onDone();
    return true;
  };
  const refused = (error: unknown) => {
    const why = refusalOf(error);
    // Among what was not saved it is told to whoever is not here any more.
    if (!isHere.current && why.theirs) return false;
    takeBack({ ...draft, version: why.theirs?.version ?? draft.version ?? version });
    if (isHere.current) {
      letGo(client, commentId);
      setRefusal(why);
      setIsBusy(false);
    } else toasts.show('error', why.problem);
    return false;
  };
  /** Answers whether it stands as it was written. */
  const save = async (): Promise<boolean> => {
    if (isBusy) return false;
    if (content.trim() === '') {
      setRefusal(noWords);
      return false;
    }
    if (content === comment.content) {
      cancel();
      return true;
    }
    setIsBusy(true);
    setRefusal(null);
    forget();
    const input = { commentId, patch: { content }, expectedVersion: draft.version };
    return client.comments.update(input).then(saved, refused);
  };
  return { content, isInternal, write, refusal, isBusy, save, cancel };
}

/** Whether the form is still there when the answer comes. */
function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}
