import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { priorityNames } from '../model.js';
import type { Developer, Ticket } from '../sdk.js';
import { Avatar } from '../ui/Avatar.js';
import { pathTo } from '../ui/useRoute.js';
import { Explanation } from './Explanation.js';
import { LoadBar } from './LoadBar.js';
import type { Load } from './planLoads.js';
import type { Choices, PlannedProposal } from './useChoices.js';

interface Props {
  readonly proposal: PlannedProposal;
  readonly people: ReadonlyMap<string, Developer>;
  readonly onChooseOther: Choices['choose'];
  readonly ticket: Ticket | undefined;
  readonly load: Load | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

export function ProposalLine({ proposal, people, onChooseOther, ticket, load, isChosen, onChoose }: Props) {
  const { projectKey } = useBoardTools();
  const [isOpen, setIsOpen] = useState(false);
  const { ticketKey, assigneeId, assigneeName, insteadOf, reason } = proposal;
  return (
    <li className="proposal" data-chosen={isChosen || undefined}>
      <input
        type="checkbox"
        aria-label={`Select ${ticketKey} for ${assigneeName}`}
        checked={isChosen}
        onChange={(event) => onChoose(event.target.checked)}
      />
      <div className="proposal-main">
        <a className="proposal-ticket" href={pathTo(projectKey, ticketKey)}>
          <span className="card-key">{ticketKey}</span> <span className="proposal-title">{ticket?.title}</span>
        </a>
        {ticket ? (
          <span className="form-hint">
            {priorityNames[ticket.priority]}
            {ticket.storyPoints === null ? ', no estimate' : `, ${ticket.storyPoints} pt`}
          </span>
        ) : null}
        <p className="proposal-reason">{insteadOf === null ? reason : `Chosen here instead of ${insteadOf}.`}</p>
      </div>
      <div className="proposal-person">
        <span className="proposal-name">
          <Avatar id={assigneeId} name={assigneeName} />
          <select
            aria-label={`Who gets ${ticketKey}`}
            value={assigneeId}
            onChange={({ target }) => onChooseOther(proposal.id, target.value)}
          >
            {people.has(assigneeId) ? null : <option value={assigneeId}>{assigneeName}</option>}
            {[...people.values()].map(({ userId, name }) => (
              <option key={userId} value={userId}>
                {name}
              </option>
            ))}
          </select>
        </span>
        {load ? <LoadBar {...load} /> : null}
      </div>
      <details className="proposal-why" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          Why
          <span className="visually-hidden">
            {' '}
            {insteadOf ?? assigneeName} for {ticketKey}
          </span>
        </summary>
        {isOpen ? <Explanation proposalId={proposal.id} /> : null}
      </details>
    </li>
  );
}
