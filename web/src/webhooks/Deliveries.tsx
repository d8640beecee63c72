import { useCallback, useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { Delivery, Webhook } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { pathToTicket } from '../ui/useRoute.js';
import { DeliveryDialog } from './DeliveryDialog.js';
import { DeliveryLog, useDeliveries } from './DeliveryLog.js';
import { answerText, deliveryNames } from './webhookWords.js';

const columns = ['When', 'Event', 'Ticket', 'Status', 'Answer', 'Tries', { heard: 'What can be done' }] as const;

interface Props {
  readonly webhook: Webhook;
  readonly tickets: BoardState['tickets'];
}

/** What a webhook was told last, the newest first, and what was said to it. */
export function Deliveries({ webhook, tickets }: Props) {
  const { client } = useBoardTools();
  const { id: webhookId, url } = webhook;
  const [shown, setShown] = useState<Delivery | null>(null);
  const read = useCallback(
    (page: object, signal: AbortSignal) => client.webhooks.deliveries({ webhookId, ...page }, { signal }),
    [client, webhookId],
  );
  const log = useDeliveries(read);
  return (
    <>
      <DeliveryLog
        title="Last deliveries"
        name={`Deliveries to ${url}`}
        columns={columns}
        none="There was nothing to tell yet."
        log={log}
      >
        {log.items.map((delivery) => (
          <Line
            key={delivery.id}
            delivery={delivery}
            ticketKey={tickets.get(delivery.ticketId ?? '')?.key}
            mayRedeliver={webhook.active && delivery.status !== 'CANCELLED'}
            onRedeliver={() => void log.act(() => client.webhooks.redeliver({ deliveryId: delivery.id }))}
            onShow={() => setShown(delivery)}
          />
        ))}
      </DeliveryLog>
      {shown ? <DeliveryDialog delivery={shown} onClose={() => setShown(null)} /> : null}
    </>
  );
}

interface LineProps {
  readonly delivery: Delivery;
  readonly ticketKey: string | undefined;
  readonly mayRedeliver: boolean;
  readonly onRedeliver: () => void;
  readonly onShow: () => void;
}

function Line({ delivery, ticketKey, mayRedeliver, onRedeliver, onShow }: LineProps) {
  const about = `${delivery.eventType}${ticketKey ? ` of ${ticketKey}` : ''}`;
  return (
    <tr>
      <th scope="row">{formatMoment(delivery.createdAt)}</th>
      <td>
        <code>{delivery.eventType}</code>
      </td>
      <td>{ticketKey ? <a href={pathToTicket(ticketKey)}>{ticketKey}</a> : '–'}</td>
      <td>
        <span className="mark" data-look={delivery.status}>
          {deliveryNames[delivery.status]}
        </span>
      </td>
      <td className="cell-words">{answerText(delivery)}</td>
      <td>{delivery.attempts}</td>
      <td>
        <button type="button" className="button button-quiet" aria-label={`Show ${about}`} onClick={onShow}>
          Show…
        </button>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Redeliver ${about}`}
          disabled={!mayRedeliver}
          onClick={onRedeliver}
        >
          Redeliver
        </button>
      </td>
    </tr>
  );
}
