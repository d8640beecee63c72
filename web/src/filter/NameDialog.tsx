import { useState } from 'react';
import { limits } from '../sdk.js';
import { FormDialog } from '../ui/FormDialog.js';

interface Props {
  /** Only this browser can keep it. */
  readonly isLocal: boolean;
  readonly mayShare: boolean;
  readonly onName: (name: string, shared: boolean) => void;
  readonly onClose: () => void;
}

export function NameDialog({ isLocal, mayShare, onName, onClose }: Props) {
  const [name, setName] = useState('');
  const [isShared, setIsShared] = useState(false);
  return (
    <FormDialog
      title="Save filter"
      verb="Save"
      isReady={name.trim() !== ''}
      onSubmit={() => {
        onName(name.trim(), isShared);
        onClose();
      }}
      onClose={onClose}
    >
      <label className="field">
        <span>Name</span>
        <input required maxLength={limits.nameLength} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      {isLocal ? (
        <p className="form-hint">
          Its days are counted from today, so it is kept in this browser. To share it, send the address of this page.
        </p>
      ) : mayShare ? (
        <label className="check">
          <input type="checkbox" checked={isShared} onChange={(event) => setIsShared(event.target.checked)} />
          Share it with the team
        </label>
      ) : null}
    </FormDialog>
  );
}
