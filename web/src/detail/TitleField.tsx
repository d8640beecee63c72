import { useId, type RefObject } from 'react';
import { limits, type Ticket } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useFocusBack } from './useFocusBack.js';
import { useTextEdit } from './useTextEdit.js';

interface Props {
  readonly ticket: Ticket;
  readonly mayEdit: boolean;
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

/** The title; a click, or its button, makes it a field. Enter keeps what was typed, Escape does not. */
export function TitleField({ ticket, mayEdit, heading }: Props) {
  const edit = useTextEdit(ticket, 'title');
  const problemId = useId();
  useFocusBack(edit.isEditing, heading);
  return (
    <>
      {edit.isEditing ? (
        <TitleInput edit={edit} problemId={problemId} />
      ) : (
        <div className="title-line">
          <h2 id="panel-title" ref={heading} tabIndex={-1} onClick={mayEdit ? edit.start : undefined}>
            {ticket.title}
          </h2>
          {mayEdit ? (
            <button type="button" className="icon-button edit-button" aria-label="Edit title" onClick={edit.start}>
              <Icon name="edit" />
            </button>
          ) : null}
        </div>
      )}
      <p className="form-problem" role="alert" id={problemId}>
        {edit.problem}
      </p>
    </>
  );
}

function TitleInput({ edit, problemId }: { edit: ReturnType<typeof useTextEdit>; problemId: string }) {
  const { text, setText, problem, save, leave, cancel } = edit;
  return (
    <input
      className="title-input"
      aria-label="Title"
      aria-invalid={problem !== ''}
      aria-describedby={problemId}
      autoFocus
      maxLength={limits.titleLength}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={leave}
      onKeyDown={(event) => {
        // Enter and Escape then end a word of Japanese, say, and not the title.
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') void save();
        if (event.key === 'Escape') cancel();
        if (event.key === 'Enter' || event.key === 'Escape') event.preventDefault();
      }}
    />
  );
}
