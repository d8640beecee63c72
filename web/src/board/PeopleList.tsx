import { useEffect } from 'react';
import { Avatar } from '../ui/Avatar.js';
import { Workload } from '../ui/Workload.js';
import type { Candidate } from './useCandidates.js';

interface Props {
  readonly id: string;
  readonly people: readonly Candidate[];
  readonly chosenId: string | null;
  readonly onChoose: (id: string) => void;
}

/** The list of a combobox: the keyboard stays in the text field, which names the chosen option. */
export function PeopleList({ id, people, chosenId, onChoose }: Props) {
  useEffect(() => {
    document.getElementById(`${id}-${chosenId}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, chosenId]);
  if (people.length === 0) return <p className="form-hint">Nobody else can take this ticket.</p>;
  return (
    <ul className="people" id={id} role="listbox" aria-label="People">
      {people.map((person) => (
        <li
          key={person.id}
          id={`${id}-${person.id}`}
          role="option"
          aria-selected={person.id === chosenId}
          onClick={() => onChoose(person.id)}
        >
          <Avatar id={person.id} name={person.name} size="medium" />
          <span className="people-name">
            {person.name}
            {person.isViewer ? ' (you)' : ''}
            <span className="form-hint">{person.note}</span>
          </span>
          {person.load === null ? null : <Workload load={person.load} limit={person.limit} />}
        </li>
      ))}
    </ul>
  );
}
