import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { limits } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import type { Command, Entry, Group } from './entries.js';
import { usePaletteGroups } from './usePaletteGroups.js';

interface Props {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}

/** Everything by typing: a combobox over its list, in a modal that keeps the focus. */
export function Palette({ commands, onClose }: Props) {
  const dialog = useModal();
  const listId = useId();
  const [text, setText] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const groups = usePaletteGroups(text, commands);
  const entries = groups.flatMap((group) => group.entries);
  const chosen = entries.find(({ id }) => id === chosenId) ?? entries[0];
  const finish = (entry: Entry) => {
    // Closing gives the focus back first, so that what the command opens can take it.
    dialog.current?.close();
    onClose();
    entry.run();
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find anything"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Tab') keepInside(event);
      }}
    >
      <div className="palette-head">
        <Icon name="search" />
        <PaletteField
          listId={listId}
          text={text}
          onText={(typed) => {
            setText(typed);
            setChosenId(null);
          }}
          entries={entries}
          chosen={chosen}
          onChosen={setChosenId}
          onFinish={finish}
        />
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div className="palette-list" id={listId} role="listbox" aria-label="What was found">
        {groups.map((group) => (
          <EntryGroup key={group.name} group={group} listId={listId} chosenId={chosen?.id} onChoose={finish} />
        ))}
      </div>
      <p className="palette-none" role="status">
        {entries.length === 0 ? 'Nothing fits. Try fewer letters.' : ''}
      </p>
    </dialog>
  );
}

/** Over the page from the first moment to the last. The browser keeps the focus inside, and gives it back to a dialog that is closed before it is taken away. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return dialog;
}

/** The browser would go on to its own buttons from the last of ours. */
function keepInside(event: KeyboardEvent<HTMLDialogElement>): void {
  event.preventDefault();
  const controls = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button')];
  const at = controls.findIndex((control) => control === document.activeElement);
  controls.at((at + (event.shiftKey ? -1 : 1)) % controls.length)?.focus();
}

interface FieldProps {
  readonly listId: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly entries: readonly Entry[];
  readonly chosen: Entry | undefined;
  readonly onChosen: (id: string) => void;
  readonly onFinish: (entry: Entry) => void;
}

/** Keeps the focus while arrows go through the list. */
function PaletteField({ listId, text, onText, entries, chosen, onChosen, onFinish }: FieldProps) {
  const choose = (key: string): boolean => {
    const to = target(key, chosen ? entries.indexOf(chosen) : -1, entries.length);
    const entry = to === null ? undefined : entries[to];
    if (!entry) return false;
    onChosen(entry.id);
    document.getElementById(`${listId}-${entry.id}`)?.scrollIntoView({ block: 'nearest' });
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && chosen) onFinish(chosen);
    else if (!choose(event.key)) return;
    event.preventDefault();
  };
  return (
    <input
      role="combobox"
      aria-label="Find a command, ticket, project or person"
      aria-expanded="true"
      aria-autocomplete="list"
      aria-controls={listId}
      aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
      autoComplete="off"
      spellCheck={false}
      placeholder="Find a command, ticket, project or person"
      maxLength={limits.searchLength}
      value={text}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

interface GroupProps {
  readonly group: Group;
  readonly listId: string;
  readonly chosenId: string | undefined;
  readonly onChoose: (entry: Entry) => void;
}

function EntryGroup({ group, listId, chosenId, onChoose }: GroupProps) {
  return (
    <ul role="group" aria-labelledby={`${listId}-${group.name}`}>
      <li className="palette-group" role="presentation" id={`${listId}-${group.name}`}>
        {group.name}
      </li>
      {group.entries.map((entry) => (
        <li
          key={entry.id}
          id={`${listId}-${entry.id}`}
          className="palette-entry"
          role="option"
          aria-selected={entry.id === chosenId}
          onClick={() => onChoose(entry)}
        >
          <Icon name={entry.icon} />
          {entry.hint && entry.icon !== 'person' ? <span className="card-key">{entry.hint}</span> : null}
          <span className="palette-name">{entry.name}</span>
          {entry.icon === 'person' ? <span className="form-hint">{entry.hint}</span> : null}
          <span className="palette-keys" aria-hidden="true">
            {entry.keys?.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Over the ends and round; a page is what one sees of the list. */
function target(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at - 1 + count) % count;
  if (key === 'PageDown') return Math.min(count - 1, at + 8);
  if (key === 'PageUp') return Math.max(0, at - 8);
  return null;
}
