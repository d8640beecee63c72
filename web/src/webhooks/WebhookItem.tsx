import type { Act } from '../admin/useDeeds.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { Webhook } from '../sdk.js';
import { Deliveries } from './Deliveries.js';
import { HookItem, type Asked } from './HookItem.js';
import { stateOf, toldText } from './webhookWords.js';

interface Props {
  readonly webhook: Webhook;
  readonly tickets: BoardState['tickets'];
  readonly act: Act;
  readonly onAsk: (asked: Asked) => void;
}

/** One webhook: where it leads, how it does, and what can be done with it. */
export function WebhookItem({ webhook, tickets, act, onAsk }: Props) {
  const { client } = useBoardTools();
  const { id: webhookId, url, active, description, eventTypes, version: expectedVersion } = webhook;
  return (
    <HookItem
      title={url}
      state={stateOf(webhook)}
      facts={
        <>
          <span title={eventTypes.join('\n')}>
            {eventTypes.length === 0 ? 'Everything is told' : <code>{toldText(webhook)}</code>}
          </span>
          {description ? <span>{description}</span> : null}
        </>
      }
      isActive={active}
      onTurn={() => void act(() => client.webhooks.update({ webhookId, patch: { active: !active }, expectedVersion }))}
      onAsk={onAsk}
      log={<Deliveries webhook={webhook} tickets={tickets} />}
    />
  );
}
