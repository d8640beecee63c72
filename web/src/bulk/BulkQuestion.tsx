import { PersonField, usePersonChoice } from '../board/PersonField.js';
import { priorities, priorityNames, statuses, statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { Menu } from '../ui/Menu.js';
import { assignAll, deleteAll, moveAll, prioritiseAll, ticketsText, type BulkChange } from './bulkChanges.js';
import type { Bulk, Question } from './useBulk.js';

interface Props {
  readonly question: Question;
  readonly anchor: HTMLElement;
  readonly tickets: readonly Ticket[];
  readonly bulk: Bulk;
}

/** Asks what to do with the selection, and does it. */
export function BulkQuestion({ question, anchor, tickets, bulk }: Props) {
  const onClose = () => bulk.ask(null);
  const run = (change: BulkChange) => {
    onClose();
    bulk.run(tickets, change);
  };
  if (question === 'assign') return <AssignMany tickets={tickets} onClose={onClose} run={run} />;
  if (question === 'delete') return <DeleteMany tickets={tickets} onClose={onClose} run={run} />;
  const choices =
    question === 'status'
      ? statuses.map((id) => ({ id, name: statusNames[id], change: moveAll(id) }))
      : priorities.map((id) => ({ id, name: priorityNames[id], change: prioritiseAll(id) }));
  return (
    <Menu
      label={question === 'status' ? 'Move the selection to' : 'Priority of the selection'}
      anchor={anchor}
      items={choices.map(({ id, name }, index) => ({ id, name, label: name, hotkey: String(index + 1) }))}
      onChoose={(id) => {
        const change = choices.find((choice) => choice.id === id)?.change;
        if (change) run(change);
      }}
      onClose={onClose}
    />
  );
}

type DialogProps = Pick<Props, 'tickets'> & {
  readonly onClose: () => void;
  readonly run: (change: BulkChange) => void;
};

function AssignMany({ tickets, onClose, run }: DialogProps) {
  const choice = usePersonChoice(null);
  const { chosen } = choice;
  return (
    <Dialog title={`Assign ${ticketsText(tickets.length)}`} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen) run(assignAll(chosen));
        }}
      >
        <PersonField {...choice} />
        <p className="form-hint">Tickets that somebody holds are passed on.</p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={!chosen}>
            {chosen ? `Assign to ${chosen.name}` : 'Assign'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteMany({ tickets, onClose, run }: DialogProps) {
  const keys = tickets.slice(0, 5).map(({ key }) => key);
  return (
    <Dialog title={`Delete ${ticketsText(tickets.length)}?`} onClose={onClose}>
      <p className="form-subject">
        {keys.join(', ')}
        {tickets.length > keys.length ? ` and ${tickets.length - keys.length} more` : ''} leave every list. They can be
        restored.
      </p>
      <div className="form-buttons dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="button button-danger" onClick={() => run(deleteAll)}>
          Delete {ticketsText(tickets.length)}
        </button>
      </div>
    </Dialog>
  );
}
