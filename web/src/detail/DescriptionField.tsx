import { useRef } from 'react';
import { limits, type Ticket } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useFocusBack } from './useFocusBack.js';
import { useTextEdit } from './useTextEdit.js';

interface Props {
  readonly ticket: Ticket;
  readonly mayEdit: boolean;
}

/** The description; its button makes it a field. Control and Enter keep what was typed, Escape does not. */
export function DescriptionField({ ticket, mayEdit }: Props) {
  const edit = useTextEdit(ticket, 'description');
  const button = useRef<HTMLButtonElement>(null);
  useFocusBack(edit.isEditing, button);
  if (edit.isEditing) return <DescriptionForm edit={edit} />;
  return (
    <div className="description">
      <p className="prose panel-description">{ticket.description || <em>No description.</em>}</p>
      {mayEdit ? (
        <button
          ref={button}
          type="button"
          className="icon-button edit-button"
          aria-label="Edit description"
          onClick={edit.start}
        >
          <Icon name="edit" />
        </button>
      ) : null}
    </div>
  );
}

function DescriptionForm({ edit }: { edit: ReturnType<typeof useTextEdit> }) {
  const { text, setText, isBusy, save, cancel } = edit;
  return (
    <form
      className="description-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        rows={8}
        aria-label="Description"
        autoFocus
        maxLength={limits.textLength}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          cancel();
        }}
      />
      <div className="form-buttons">
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          Save
        </button>
      </div>
    </form>
  );
}
