import { useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from './Icon.js';

export interface MenuItem {
  readonly id: string;
  readonly label: ReactNode;
  /** What a screen reader says and what typing letters matches; the label's text when it is plain. */
  readonly name: string;
  readonly isCurrent?: boolean;
  /** A key that chooses it while the menu is open. */
  readonly hotkey?: string;
}

interface Props {
  readonly label: string;
  /** The element it opens under; gets the focus back. */
  readonly anchor: HTMLElement;
  readonly items: readonly MenuItem[];
  readonly onChoose: (id: string) => void;
  readonly onClose: () => void;
  /** Items are chosen and taken back one by one while it stays open. */
  readonly isMultiple?: boolean;
}

/** A popup menu in the browser's top layer: arrows, Home, End, first letters, Escape; a click elsewhere closes it. */
export function Menu({ label, anchor, items, onChoose, onClose, isMultiple = false }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover();
    place(element, anchor);
    (element.querySelector<HTMLElement>('[aria-checked="true"]') ?? buttonsOf(element)[0])?.focus();
  }, [anchor]);

  const isChoice = isMultiple || items.some((item) => item.isCurrent);
  const finish = (id?: string) => {
    if (isMultiple && id !== undefined) return onChoose(id);
    anchor.focus();
    onClose();
    if (id !== undefined) onChoose(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const hot = items.find((item) => item.hotkey === event.key);
    if (hot) finish(hot.id);
    else if (event.key === 'Escape' || event.key === 'Tab') finish();
    else if (!menu.current || !moveFocus(menu.current, event.key, items)) return;
    event.preventDefault();
  };

  return (
    <div
      ref={menu}
      popover="auto"
      className="menu"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose();
      }}
    >
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          {...(isChoice
            ? { role: isMultiple ? 'menuitemcheckbox' : 'menuitemradio', 'aria-checked': item.isCurrent === true }
            : { role: 'menuitem' })}
          aria-label={item.name}
          tabIndex={-1}
          onClick={() => finish(item.id)}
        >
          <span className="menu-label">{item.label}</span>
          {item.isCurrent ? <Icon name="check" /> : null}
          {item.hotkey ? <kbd>{item.hotkey}</kbd> : null}
        </button>
      ))}
    </div>
  );
}

const buttonsOf = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];

function moveFocus(menu: HTMLElement, key: string, items: readonly MenuItem[]): boolean {
  const buttons = buttonsOf(menu);
  const at = buttons.findIndex((button) => button === document.activeElement);
  const to = target(key, at, items);
  if (to === null) return false;
  buttons.at(to % buttons.length)?.focus();
  return true;
}

function target(key: string, at: number, items: readonly MenuItem[]): number | null {
  if (key === 'ArrowDown') return at + 1;
  if (key === 'ArrowUp') return at <= 0 ? items.length - 1 : at - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return items.length - 1;
  if (key.length !== 1) return null;
  const found = items.findIndex((item) => item.name.toLowerCase().startsWith(key.toLowerCase()));
  return found < 0 ? null : found;
}

const GAP = 4;

/** Under the anchor, or above it when there is more room; always inside the window. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = from.bottom + GAP;
  const top = below + height < innerHeight ? below : Math.max(GAP, from.top - height - GAP);
  const left = Math.min(Math.max(GAP, from.left), innerWidth - width - GAP);
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}
