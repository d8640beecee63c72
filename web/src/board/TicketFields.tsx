import type { ReactNode } from 'react';
import { categoryNames, priorities, priorityNames } from '../model.js';
import { categories } from '../sdk.js';
import { useBoardTools } from './boardContext.js';
import type { Draft } from './ticketDraft.js';
import { useCandidates } from './useCandidates.js';

interface Props {
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly onChange: (draft: Draft) => void;
}

/** The small fields of the ticket form. Customers set priority and category once, when they report. */
export function TicketFields({ draft, isNew, onChange }: Props) {
  const { viewer } = useBoardTools();
  if (!viewer.isStaff && !isNew) return null;
  return (
    <div className="form-grid">
      <Choice label="Priority" value={draft.priority} onChange={(priority) => onChange({ ...draft, priority })}>
        {priorities.map((priority) => (
          <option key={priority} value={priority}>
            {priorityNames[priority]}
          </option>
        ))}
      </Choice>
      <Choice label="Category" value={draft.category} onChange={(category) => onChange({ ...draft, category })}>
        {categories.map((category) => (
          <option key={category} value={category}>
            {categoryNames[category]}
          </option>
        ))}
      </Choice>
      {viewer.isStaff ? <StaffFields draft={draft} isNew={isNew} onChange={onChange} /> : null}
    </div>
  );
}

function StaffFields({ draft, isNew, onChange }: Props) {
  const people = useCandidates(null);
  return (
    <>
      <label className="field">
        <span>Due date</span>
        <input
          type="date"
          value={draft.dueDate}
          onChange={(event) => onChange({ ...draft, dueDate: event.target.value })}
        />
      </label>
      <label className="field">
        <span>Story points</span>
        <input
          type="number"
          min={0}
          max={999}
          value={draft.storyPoints}
          onChange={(event) => onChange({ ...draft, storyPoints: event.target.value })}
        />
      </label>
      {isNew ? (
        <Choice
          label="Assign to"
          value={draft.assigneeId}
          onChange={(assigneeId) => onChange({ ...draft, assigneeId })}
        >
          <option value="">Nobody yet</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
              {person.load === null ? '' : ` (${person.load}/${person.limit} pt)`}
            </option>
          ))}
        </Choice>
      ) : null}
    </>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly children: ReactNode;
}

function Choice<Value extends string>({ label, value, onChange, children }: ChoiceProps<Value>) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as Value)}>
        {children}
      </select>
    </label>
  );
}
