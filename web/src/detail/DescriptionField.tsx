import { useRef } from 'react';
import { limits, type Ticket } from '../sdk.js';
import { EditForm } from '../ui/EditForm.js';
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
    <EditForm
      className="description-form"
      saveKey="control enter"
      isBusy={isBusy}
      onSave={() => void save()}
      onCancel={cancel}
    >
      <textarea
        rows={8}
        aria-label="Description"
        autoFocus
        maxLength={limits.textLength}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </EditForm>
  );
}
