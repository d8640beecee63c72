import { useCallback } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { IncomingDelivery, IncomingWebhook } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { pathToTicket } from '../ui/useRoute.js';
import { DeliveryLog, useDeliveries } from '../webhooks/DeliveryLog.js';
import { eventText, outcomeNames } from './incomingWords.js';

const columns = ['When', 'Event', 'Ticket', 'What became of it', 'Why'] as const;

interface Props {
  readonly webhook: IncomingWebhook;
  readonly tickets: BoardState['tickets'];
}

/** What came last, the newest first, and what was made of it. */
export function IncomingDeliveries({ webhook: { id: incomingId, name }, tickets }: Props) {
  const { client } = useBoardTools();
  const read = useCallback(
    (page: object, signal: AbortSignal) => client.webhooks.incoming.deliveries({ incomingId, ...page }, { signal }),
    [client, incomingId],
  );
  const log = useDeliveries(read);
  return (
    <DeliveryLog
      title="What came last"
      name={`What came by ${name}`}
      columns={columns}
      none="Nothing came yet."
      log={log}
    >
      {log.items.map((delivery) => (
        <Line key={delivery.id} delivery={delivery} ticketKey={tickets.get(delivery.ticketId ?? '')?.key} />
      ))}
    </DeliveryLog>
  );
}

interface LineProps {
  readonly delivery: IncomingDelivery;
  readonly ticketKey: string | undefined;
}

const Line = ({ delivery, ticketKey }: LineProps) => (
  <tr>
    <th scope="row">{formatMoment(delivery.createdAt)}</th>
    <td>
      <code>{eventText(delivery)}</code>
    </td>
    <td>{ticketKey ? <a href={pathToTicket(ticketKey)}>{ticketKey}</a> : '–'}</td>
    <td>
      <span className="mark" data-look={delivery.outcome}>
        {outcomeNames[delivery.outcome]}
      </span>
    </td>
    <td className="cell-words">{delivery.reason ?? ''}</td>
  </tr>
);
