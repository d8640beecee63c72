import type { Act } from '../admin/useDeeds.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { IncomingWebhook } from '../sdk.js';
import { formatAgo } from '../ui/dates.js';
import { HookItem, type Asked } from '../webhooks/HookItem.js';
import { IncomingDeliveries } from './IncomingDeliveries.js';
import { addressOf, stateOf } from './incomingWords.js';

interface Props {
  readonly webhook: IncomingWebhook;
  readonly tickets: BoardState['tickets'];
  readonly act: Act;
  readonly onAsk: (asked: Asked) => void;
}

/** One repository: where it is to send, when it was heard last, and what can be done. */
export function IncomingItem({ webhook, tickets, act, onAsk }: Props) {
  const { client } = useBoardTools();
  const { id: incomingId, name, active, receivedAt, version: expectedVersion } = webhook;
  const turn = () =>
    act(() => client.webhooks.incoming.update({ incomingId, patch: { active: !active }, expectedVersion }));
  return (
    <HookItem
      title={name}
      state={stateOf(webhook)}
      facts={
        <>
          <code>{addressOf(webhook, location.href)}</code>
          <span>{receivedAt === null ? 'Nothing came yet' : `Last heard ${formatAgo(receivedAt)}`}</span>
        </>
      }
      isActive={active}
      onTurn={() => void turn()}
      onAsk={onAsk}
      log={<IncomingDeliveries webhook={webhook} tickets={tickets} />}
    />
  );
}
