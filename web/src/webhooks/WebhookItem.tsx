import { useId, useState } from 'react';
import type { Act } from '../admin/useDeeds.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { Webhook } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { Deliveries } from './Deliveries.js';
import { stateOf, toldText } from './webhookWords.js';

export type Asked = 'change' | 'secret' | 'delete';

interface Props {
  readonly webhook: Webhook;
  readonly tickets: BoardState['tickets'];
  readonly act: Act;
  readonly onAsk: (asked: Asked) => void;
}

/** One webhook: where it leads, how it does, and what can be done with it. */
export function WebhookItem({ webhook, tickets, act, onAsk }: Props) {
  const titleId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const { look, word, why } = stateOf(webhook);
  return (
    <li className="hook" aria-labelledby={titleId}>
      <div className="hook-head">
        <h3 id={titleId}>{webhook.url}</h3>
        <span className="mark" data-look={look}>
          {word}
        </span>
      </div>
      <p className="hook-facts">
        <span title={webhook.eventTypes.join('\n')}>
          {webhook.eventTypes.length === 0 ? 'Everything is told' : <code>{toldText(webhook)}</code>}
        </span>
        {webhook.description ? <span>{webhook.description}</span> : null}
      </p>
      {why === null ? null : (
        <p className="hook-why" data-look={look}>
          <Icon name={look === 'off' ? 'offline' : 'urgent'} />
          {why}
        </p>
      )}
      <Tools webhook={webhook} act={act} onAsk={onAsk} isOpen={isOpen} onOpen={() => setIsOpen(!isOpen)} />
      {isOpen ? <Deliveries webhook={webhook} tickets={tickets} /> : null}
    </li>
  );
}

interface ToolsProps extends Pick<Props, 'webhook' | 'act' | 'onAsk'> {
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function Tools({ webhook: { id: webhookId, url, active, version }, act, onAsk, isOpen, onOpen }: ToolsProps) {
  const { client } = useBoardTools();
  const setActive = () =>
    act(() => client.webhooks.update({ webhookId, patch: { active: !active }, expectedVersion: version }));
  return (
    <div className="hook-tools" role="group" aria-label={`Tools for ${url}`}>
      <button type="button" className="button button-quiet" aria-expanded={isOpen} onClick={onOpen}>
        <Icon name={isOpen ? 'down' : 'list'} />
        Deliveries
      </button>
      <button type="button" className="button button-quiet" onClick={() => void setActive()}>
        {active ? 'Turn off' : 'Turn on'}
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
  );
}
