import { useId, useState, type KeyboardEvent } from 'react';
import type { Ticket } from '../sdk.js';
import { PeopleList } from './PeopleList.js';
import { useCandidates, type Candidate } from './useCandidates.js';

export interface PersonChoice {
  readonly people: readonly Candidate[];
  readonly chosen: Candidate | null;
  readonly choose: (id: string) => void;
  readonly text: string;
  readonly setText: (text: string) => void;
}

/** Who of those that match the text is chosen, for a ticket or for several (null); the first, until somebody else is. */
export function usePersonChoice(ticket: Ticket | null): PersonChoice {
  const [text, setText] = useState('');
  const [chosenId, choose] = useState<string | null>(null);
  const people = useCandidates(ticket, text);
  const chosen = people.find((person) => person.id === chosenId) ?? people[0] ?? null;
  return { people, chosen, choose, text, setText };
}

/** A combobox whose list is always open. */
export function PersonField({ people, chosen, choose, text, setText }: PersonChoice) {
  const listId = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = step && chosen ? people.at((people.indexOf(chosen) + step) % people.length) : undefined;
    if (!next) return;
    event.preventDefault();
    choose(next.id);
  };
  return (
    <>
      <label className="field">
        <span>To</span>
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
          autoComplete="off"
          placeholder="Type a name"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <PeopleList id={listId} people={people} chosenId={chosen?.id ?? null} onChoose={choose} />
    </>
  );
}
