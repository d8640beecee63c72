import { useEffect, useRef, useState, type ReactNode } from 'react';
import { limits, type BatonClient, type Project } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { later } from '../ui/later.js';
import type { Toasts } from '../ui/toasts.js';
import { useUnread } from './useUnread.js';

const Notices = later(
  () => import('./Notices.js').then((module) => module.Notices),
  <p className="form-hint">Loading…</p>,
);

interface Props {
  readonly client: BatonClient;
  readonly toasts: Toasts;
  readonly projects: readonly Project[];
}

/** How much there is to read, as it comes, and below it what that is. */
export function Bell({ client, toasts, projects }: Props) {
  const { unread, moved } = useUnread(client);
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setIsOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button bell"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unreadText(unread)} unread`}
        title="Notifications"
        onClick={() => setIsOpen(true)}
      >
        <Icon name="bell" />
        {unread === 0 ? null : (
          <span className="bell-count" aria-hidden="true">
            {unreadText(unread)}
          </span>
        )}
      </button>
      {isOpen ? (
        <Popover
          // Whoever clicks elsewhere takes the focus there.
          onClose={() => (document.activeElement === document.body ? close() : setIsOpen(false))}
          onEscape={close}
        >
          <Notices client={client} toasts={toasts} projects={projects} moved={moved} unread={unread} onClose={close} />
        </Popover>
      ) : null}
    </>
  );
}

const unreadText = (unread: number) =>
  unread >= limits.unreadCountMax ? `${limits.unreadCountMax - 1}+` : String(unread);

interface PopoverProps {
  readonly onClose: () => void;
  readonly onEscape: () => void;
  readonly children: ReactNode;
}

function Popover({ onClose, onEscape, children }: PopoverProps) {
  const popover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    popover.current?.showPopover();
    popover.current?.focus();
  }, []);
  return (
    <div
      ref={popover}
      popover="auto"
      className="notices"
      role="dialog"
      aria-label="Notifications"
      tabIndex={-1}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onEscape();
      }}
    >
      {children}
    </div>
  );
}
