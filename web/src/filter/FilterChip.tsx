import { useState } from 'react';
import { Icon } from '../ui/Icon.js';
import { Menu } from '../ui/Menu.js';

interface Props<Word extends string> {
  readonly label: string;
  readonly options: readonly { readonly id: Word; readonly name: string }[];
  readonly chosen: readonly Word[];
  /** One value at most; choosing it again takes it back. */
  readonly isSingle?: boolean;
  readonly onChoose: (chosen: readonly Word[]) => void;
}

/** One field of the filter: says what it is narrowed to, and opens the choice. */
export function FilterChip<Word extends string>({ label, options, chosen, isSingle = false, onChoose }: Props<Word>) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const names = chosen.map((word) => options.find(({ id }) => id === word)?.name ?? 'Somebody');
  const said = names.length > 2 ? `${names.length} chosen` : names.join(', ');
  const choose = (id: string) => {
    const word = options.find((option) => option.id === id)?.id;
    if (word === undefined) return;
    const others = chosen.filter((one) => one !== word);
    onChoose(chosen.includes(word) ? others : isSingle ? [word] : [...others, word]);
  };
  return (
    <>
      <button
        type="button"
        className="chip"
        aria-haspopup="menu"
        aria-label={said ? `${label}: ${names.join(', ')}. Change` : `Filter by ${label.toLowerCase()}`}
        data-active={said !== '' || undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {said ? (
          <>
            <span className="chip-label">{label}</span> {said}
          </>
        ) : (
          label
        )}
        <Icon name="down" />
      </button>
      {anchor ? (
        <Menu
          label={label}
          anchor={anchor}
          isMultiple={!isSingle}
          items={options.map(({ id, name }) => ({ id, name, label: name, isCurrent: chosen.includes(id) }))}
          onChoose={choose}
          onClose={() => setAnchor(null)}
        />
      ) : null}
    </>
  );
}
