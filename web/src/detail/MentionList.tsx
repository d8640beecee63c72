import { useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { Avatar } from '../ui/Avatar.js';
import { mentionBefore } from '../ui/mentions.js';

export interface Named {
  readonly userId: string;
  readonly name: string;
}

const OFFERED_MAX = 5;

/** Who may be meant by what is typed after an @, those first whose name begins so. Customers are told of nobody. */
export function useMentionable(before: string): readonly Named[] {
  const { store, viewer } = useBoardTools();
  const members = useSyncExternalStore(store.subscribe, store.get).state?.members ?? [];
  const typed = mentionBefore(before)?.toLowerCase();
  if (typed === undefined) return [];
  return members
    .filter(({ userId, active, name }) => active && userId !== viewer.user.id && name.toLowerCase().includes(typed))
    .toSorted((a, b) => Number(b.name.toLowerCase().startsWith(typed)) - Number(a.name.toLowerCase().startsWith(typed)))
    .slice(0, OFFERED_MAX);
}

interface Props {
  readonly people: readonly Named[];
  readonly onChoose: (person: Named) => void;
}

/** Tab in the text takes the first. */
export function MentionList({ people, onChoose }: Props) {
  if (people.length === 0) return null;
  return (
    <ul className="mention-list" aria-label="Name somebody">
      {people.map((person, index) => (
        <li key={person.userId}>
          <button
            type="button"
            data-first={index === 0 || undefined}
            aria-label={`Name ${person.name}`}
            onClick={() => onChoose(person)}
          >
            <Avatar id={person.userId} name={person.name} />
            {person.name}
          </button>
        </li>
      ))}
    </ul>
  );
}
