import { useId, useState, type ReactNode } from 'react';
import { Icon } from '../ui/Icon.js';
import type { HookState } from './webhookWords.js';

export type Asked = 'change' | 'secret' | 'delete';
/** What is asked of whoever looks, and about which; a new one is of none. */
export interface HookQuestion<Hook> {
  readonly asked: Asked | 'create';
  readonly webhook: Hook | null;
}

interface Props {
  readonly title: string;
  readonly state: HookState;
  readonly facts: ReactNode;
  readonly isActive: boolean;
  readonly onTurn: () => void;
  readonly onAsk: (asked: Asked) => void;
  /** What passed through it; read when somebody looks. */
  readonly log: ReactNode;
}

/** A webhook, outgoing or incoming: what it is, how it does, and what can be done with it. */
export function HookItem({ title, state: { look, word, why }, facts, isActive, onTurn, onAsk, log }: Props) {
  const titleId = useId();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li className="hook" aria-labelledby={titleId}>
      <div className="hook-head">
        <h3 id={titleId}>{title}</h3>
        <span className="mark" data-look={look}>
          {word}
        </span>
      </div>
      <p className="hook-facts">{facts}</p>
      {why === null ? null : (
        <p className="hook-why" data-look={look}>
          <Icon name={look === 'off' ? 'offline' : 'urgent'} />
          {why}
        </p>
      )}
      <div className="hook-tools" role="group" aria-label={`Tools for ${title}`}>
        <button type="button" className="button button-quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <Icon name={isOpen ? 'down' : 'list'} />
          Deliveries
        </button>
        <button type="button" className="button button-quiet" onClick={onTurn}>
          {isActive ? 'Turn off' : 'Turn on'}
        </button>
        <button type="button" className="button button-quiet" onClick={() => onAsk('change')}>
          Change…
        </button>
        <button type="button" className="button button-quiet" onClick={() => onAsk('secret')}>
          New secret…
        </button>
        <button type="button" className="button button-quiet" onClick={() => onAsk('delete')}>
          Delete…
        </button>
      </div>
      {isOpen ? log : null}
    </li>
  );
}
