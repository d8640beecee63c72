import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Conversation } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { useAct } from '../ui/useAct.js';

interface Props {
  readonly conversation: Conversation;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

export function RenameChannel({ conversation, onChanged, onClose }: Props) {
  const { client, toasts } = useBoardTools();
  const { isBusy, act } = useAct(toasts, 'The channel');
  const [name, setName] = useState(conversation.name ?? '');
  const [description, setDescription] = useState(conversation.description);
  const { id: conversationId, version: expectedVersion } = conversation;
  const submit = async () => {
    const patch = { name: name.trim(), description };
    if (!(await act(() => client.conversations.update({ conversationId, patch, expectedVersion })))) return;
    onChanged();
    onClose();
  };
  return (
    <Dialog title="Name and description" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label className="field">
          <span>Name</span>
          <input
            required
            maxLength={limits.nameLength}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="field">
          <span>Description</span>
          <textarea
            rows={3}
            maxLength={limits.textLength}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </label>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy || name.trim() === ''}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
