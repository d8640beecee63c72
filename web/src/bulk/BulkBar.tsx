import { useState } from 'react';
import { explain } from '../board/explain.js';
import { Icon, type IconName } from '../ui/Icon.js';
import { ticketsText } from './bulkChanges.js';
import { BulkQuestion } from './BulkQuestion.js';
import type { Outcome } from './runBulk.js';
import type { Bulk, Question } from './useBulk.js';
import type { Selected } from './useSelection.js';

interface Props {
  readonly selected: Selected;
  readonly bulk: Bulk;
}

const offers: readonly { readonly question: Question; readonly icon: IconName; readonly name: string }[] = [
  { question: 'status', icon: 'move', name: 'Status' },
  { question: 'priority', icon: 'high', name: 'Priority' },
  { question: 'assign', icon: 'person', name: 'Assign' },
  { question: 'delete', icon: 'trash', name: 'Delete' },
];

/** What can be done to the selection, how far it is, and what became of it. */
export function BulkBar({ selected, bulk }: Props) {
  const { progress } = bulk;
  if (progress.kind === 'running') return <Running {...progress} />;
  if (progress.kind === 'finished') return <Finished outcome={progress.outcome} bulk={bulk} />;
  if (selected.tickets.length === 0) return null;
  return <Offers selected={selected} bulk={bulk} />;
}

function Offers({ selected, bulk }: Props) {
  const [bar, setBar] = useState<HTMLElement | null>(null);
  return (
    <div className="bulk-bar" role="group" aria-label="Selection">
      <p role="status">
        <strong>{selected.tickets.length}</strong> selected
      </p>
      <div className="bulk-offers" ref={setBar} tabIndex={-1}>
        {offers.map(({ question, icon, name }) => (
          <button
            key={question}
            type="button"
            className="button"
            aria-label={`${name} of the selection`}
            aria-haspopup={question === 'assign' || question === 'delete' ? 'dialog' : 'menu'}
            onClick={() => bulk.ask(question)}
          >
            <Icon name={icon} />
            <span>{name}</span>
          </button>
        ))}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label="Clear selection"
        title="Clear (Esc)"
        onClick={selected.clear}
      >
        <Icon name="close" />
      </button>
      {bulk.asked && bar ? (
        <BulkQuestion question={bulk.asked} anchor={bar} tickets={selected.tickets} bulk={bulk} />
      ) : null}
    </div>
  );
}

function Running({ done, total }: { done: number; total: number }) {
  return (
    <div className="bulk-bar" role="group" aria-label="Selection">
      <p role="status">
        {done} of {ticketsText(total)}…
      </p>
      <progress max={total} value={done} aria-label="Done" />
    </div>
  );
}

function Finished({ outcome, bulk }: { outcome: Outcome; bulk: Bulk }) {
  const { change, changed, failures, undo } = outcome;
  return (
    <div className="bulk-bar bulk-finished" role="group" aria-label="Selection">
      <p role="status">
        {ticketsText(changed)} {change.text}
        {failures.length > 0 ? `, ${failures.length} not` : ''}.
      </p>
      {failures.length > 0 ? (
        <button
          type="button"
          className="button"
          onClick={() =>
            bulk.run(
              failures.map(({ ticket }) => ticket),
              change,
            )
          }
        >
          Try again
        </button>
      ) : null}
      {undo.length > 0 ? (
        <button type="button" className="button" onClick={() => bulk.takeBack(outcome)}>
          Undo
        </button>
      ) : null}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={bulk.dismiss}>
        <Icon name="close" />
      </button>
      {failures.length > 0 ? (
        <ul className="bulk-failures" aria-label="What failed" tabIndex={0}>
          {failures.map(({ ticket, error }) => (
            <li key={ticket.id}>{explain(error, ticket.key)}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
