import { Dialog } from '../ui/Dialog.js';
import { boardKeys } from './useBoardKeys.js';

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className="keys">
        {boardKeys.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="form-hint">Keys mean the card that has the focus, or the ticket that is open.</p>
    </Dialog>
  );
}
