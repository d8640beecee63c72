import { PersonField, usePersonChoice } from '../board/PersonField.js';
import { priorities, priorityNames, statuses, statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { FormDialog } from '../ui/FormDialog.js';
import { Menu } from '../ui/Menu.js';
import { ReasonDialog } from '../ui/ReasonDialog.js';
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
    <FormDialog
      title={`Assign ${ticketsText(tickets.length)}`}
      verb={chosen ? `Assign to ${chosen.name}` : 'Assign'}
      isReady={chosen !== undefined}
      onSubmit={() => {
        if (chosen) run(assignAll(chosen));
      }}
      onClose={onClose}
    >
      <PersonField {...choice} />
      <p className="form-hint">Tickets that somebody holds are passed on.</p>
    </FormDialog>
  );
}

function DeleteMany({ tickets, onClose, run }: DialogProps) {
  const keys = tickets.slice(0, 5).map(({ key }) => key);
  const more = tickets.length > keys.length ? ` and ${tickets.length - keys.length} more` : '';
  return (
    <ReasonDialog
      title={`Delete ${ticketsText(tickets.length)}?`}
      text={`${keys.join(', ')}${more} leave every list. They can be restored.`}
      verb={`Delete ${ticketsText(tickets.length)}`}
      onSubmit={(reason) => {
        run(deleteAll(reason));
        return Promise.resolve(true);
      }}
      onClose={onClose}
    />
  );
}
