import { useCallback, useId, useState } from 'react';
import { AdminTable } from '../admin/AdminTable.js';
import { PageButtons } from '../admin/PageButtons.js';
import { useDeeds } from '../admin/useDeeds.js';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import { explain } from '../board/explain.js';
import type { Delivery, Webhook } from '../sdk.js';
import { formatMoment } from '../ui/dates.js';
import { pathToTicket } from '../ui/useRoute.js';
import { answerText, deliveryNames } from './webhookWords.js';

const EVERY_MS = 3_000;
const SHOWN = 10;
const columns = ['When', 'Event', 'Ticket', 'Status', 'Answer', 'Tries', { heard: 'Send again' }] as const;

interface Props {
  readonly webhook: Webhook;
  readonly tickets: BoardState['tickets'];
}

/** What a webhook was told last, the newest first, and what was said to it. */
export function Deliveries({ webhook, tickets }: Props) {
  const { client } = useBoardTools();
  const { id: webhookId, url } = webhook;
  const titleId = useId();
  const [cursor, setCursor] = useState<string | null>(null);
  const read = useCallback(
    (signal: AbortSignal) =>
      client.webhooks.deliveries({ webhookId, limit: SHOWN, ...(cursor ? { cursor } : {}) }, { signal }),
    [client, webhookId, cursor],
  );
  const { data, error, refresh } = usePolled(read, EVERY_MS);
  const { act, problem } = useDeeds(refresh);
  const said = problem || (error === null ? '' : explain(error, 'Deliveries'));
  return (
    <section className="hook-deliveries" aria-labelledby={titleId}>
      <h4 id={titleId}>Last deliveries</h4>
      <p className="form-problem" role="alert">
        {said}
      </p>
      {data?.items.length === 0 ? <p className="form-hint">There was nothing to tell yet.</p> : null}
      {data && data.items.length > 0 ? (
        <AdminTable name={`Deliveries to ${url}`} columns={columns}>
          {data.items.map((delivery) => (
            <Line
              key={delivery.id}
              delivery={delivery}
              ticketKey={tickets.get(delivery.ticketId ?? '')?.key}
              mayRedeliver={webhook.active && delivery.status !== 'CANCELLED'}
              onRedeliver={() => void act(() => client.webhooks.redeliver({ deliveryId: delivery.id }))}
            />
          ))}
        </AdminTable>
      ) : null}
      {cursor || data?.nextCursor ? (
        <PageButtons cursor={cursor} next={data?.nextCursor ?? null} onTurn={setCursor} />
      ) : null}
    </section>
  );
}

interface LineProps {
  readonly delivery: Delivery;
  readonly ticketKey: string | undefined;
  readonly mayRedeliver: boolean;
  readonly onRedeliver: () => void;
}

const Line = ({ delivery, ticketKey, mayRedeliver, onRedeliver }: LineProps) => (
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
      <button
        type="button"
        className="button button-quiet"
        aria-label={`Redeliver ${delivery.eventType}${ticketKey ? ` of ${ticketKey}` : ''}`}
        disabled={!mayRedeliver}
        onClick={onRedeliver}
      >
        Redeliver
      </button>
    </td>
  </tr>
);
