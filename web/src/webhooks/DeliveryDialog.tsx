import { useCallback } from 'react';
import { usePolled } from '../admin/usePolled.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import type { Delivery, DeliveryDetail } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';
import { answerText, indented } from './webhookWords.js';

const EVERY_MS = 10_000;

interface Props {
  readonly delivery: Delivery;
  readonly onClose: () => void;
}

/** One delivery: the bytes that are sent, and what was answered. */
export function DeliveryDialog({ delivery: { id: deliveryId, eventType }, onClose }: Props) {
  const { client } = useBoardTools();
  const read = useCallback(
    (signal: AbortSignal) => client.webhooks.delivery({ deliveryId }, { signal }),
    [client, deliveryId],
  );
  const { data, error } = usePolled(read, EVERY_MS);
  return (
    <Dialog title={eventType} size="wide" onClose={onClose}>
      <div className="form delivery">
        {error === null ? null : (
          <p className="form-problem" role="alert">
            {explain(error, 'The delivery')}
          </p>
        )}
        {data ? <Exchange delivery={data} /> : error === null ? <p className="form-hint">Loading…</p> : null}
      </div>
    </Dialog>
  );
}

const Exchange = ({ delivery }: { readonly delivery: DeliveryDetail }) => (
  <>
    <h3>Sent</h3>
    <pre tabIndex={0} aria-label="What is sent">
      {indented(delivery.requestBody)}
    </pre>
    <h3>Answer</h3>
    <p>{answerText(delivery)}</p>
    {delivery.responseHeaders ? (
      <dl className="delivery-headers">
        {Object.entries(delivery.responseHeaders).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    ) : null}
    {delivery.responseBody ? (
      <pre tabIndex={0} aria-label="What was answered">
        {delivery.responseBody}
      </pre>
    ) : null}
  </>
);
