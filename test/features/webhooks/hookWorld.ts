import type { z } from 'zod';
import { CreateWebhookInput, type WebhookWithSecret } from '../../../contract/webhook.js';
import type { Deps } from '../../../server/features/deps.js';
import { createWebhook } from '../../../server/features/webhooks/commands/createWebhook.js';
import { Sender } from '../../../server/features/webhooks/sending.js';
import type { DeliveryOutcome } from '../../../server/features/webhooks/settle.js';
import { webhooksConsumer } from '../../../server/features/webhooks/webhooksConsumer.js';
import { postTimes, type WebhookSettings } from '../../../server/features/webhooks/webhookSettings.js';
import { parseAllowed } from '../../../server/outbound/addresses.js';
import { poster, type PostRules } from '../../../server/outbound/post.js';
import { consumeAll } from '../../../server/realtime/consumers/keepConsuming.js';
import type { Dialect } from '../../support/services.js';
import { aTicketWorld, parsed, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { startReceiver, type Receiver } from './receiver.js';

export const SECOND_MS = 1_000;
export const HOUR_MS = 3_600_000;

/** Where receivers on the loopback may be sent to. */
export const toLoopback = (more: Partial<PostRules> = {}): Pick<WebhookSettings, 'post' | 'rules'> => {
  const rules = { allowed: parseAllowed('127.0.0.1')!, plainHttp: false, ownPort: () => 0 };
  return { rules, post: poster({ ...rules, ...postTimes, bodyBytes: 4_096, ...more }) };
};

export interface HookWorld extends TicketWorld {
  readonly receiver: Receiver;
  hook(more?: Partial<z.input<typeof CreateWebhookInput>>): Promise<WebhookWithSecret>;
  /** Events that there are are put into the queues. */
  consume(deps?: Deps): Promise<void>;
  /** Sends what is due `laterMs` from now until nothing more is; what it came to. */
  send(laterMs?: number, deps?: Deps): Promise<DeliveryOutcome[]>;
  deliveries(): Promise<{ id: string; status: string; attempts: number; event_type: string; error: string | null }[]>;
}

export async function aHookWorld(dialect: Dialect, settings: Partial<WebhookSettings> = {}): Promise<HookWorld> {
  const receiver = await startReceiver();
  const world = await aTicketWorld(dialect, { webhooks: { ...toLoopback(), ...settings } });
  const consume = (deps = world.deps) =>
    consumeAll({ ...deps, observer: { consumed: () => undefined } }, webhooksConsumer(deps));
  await consume();
  return {
    ...world,
    receiver,
    hook: (more = {}) =>
      createWebhook(
        world.deps,
        world.lead,
        parsed(CreateWebhookInput, { projectId: world.project.id, url: receiver.url, ...more }),
      ),
    consume,
    send: (laterMs = 0, deps = world.deps) => {
      world.clock.advance(laterMs);
      return sendAll(deps);
    },
    deliveries: () =>
      rows(world, 'SELECT id, status, attempts, event_type, error FROM webhook_deliveries ORDER BY seq, id'),
    close: async () => {
      await receiver.down();
      await world.close();
    },
  };
}

/** What one node sends until nothing more is due. */
export async function sendAll(deps: Deps): Promise<DeliveryOutcome[]> {
  const outcomes: DeliveryOutcome[] = [];
  const observer = {
    delivery: (outcome: DeliveryOutcome) => void outcomes.push(outcome),
    awaitingDelivery: () => undefined,
  };
  const sender = new Sender(deps, observer);
  do await sender.idle();
  while (await sender.begin());
  return outcomes;
}
