import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DeliveryObserver } from '../features/webhooks/sending.js';

/** What is told of deliveries to webhooks. */
export function createWebhookMetrics(registry: Registry): DeliveryObserver {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'baton_webhook_deliveries_total',
    help: 'Attempts of this process to send to a webhook, and what it did not send any more, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'baton_webhook_seconds',
    help: 'How long receivers of webhooks took to answer, or to fail',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const queue = new Gauge({
    name: 'baton_webhook_queue',
    help: 'Deliveries that are still to be sent, by any process, when it was last looked',
    registers,
  });
  return {
    delivery: (outcome, ms) => {
      deliveries.inc({ outcome });
      if (outcome === 'delivered' || outcome === 'failed') seconds.observe(ms / 1_000);
    },
    awaitingDelivery: (count) => queue.set(count),
  };
}
