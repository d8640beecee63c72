import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { limits, type Conversation } from '../sdk.js';
import { FormDialog } from '../ui/FormDialog.js';
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
    <FormDialog
      title="Name and description"
      verb="Save"
      isReady={!isBusy && name.trim() !== ''}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <label className="field">
        <span>Name</span>
        <input required maxLength={limits.nameLength} value={name} onChange={(event) => setName(event.target.value)} />
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
    </FormDialog>
  );
}
