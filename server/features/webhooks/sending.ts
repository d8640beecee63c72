import { setTimeout as sleep } from 'node:timers/promises';
import { repeatOrSooner } from '../../kernel/repeat.js';
import type { Deps } from '../deps.js';
import { disableWebhook } from './commands/disableWebhook.js';
import { claimLanes, dueWebhooks, nextOf, queueSize, type Claimed, type Next } from './queue.js';
import { isSuccess, postpone, settleAttempt, settleNothing, settleUnsent, type DeliveryOutcome } from './settle.js';
import { secretsOf, signatureOf } from './signature.js';
import { sweepWebhooks } from './sweepWebhooks.js';

export interface DeliveryObserver {
  readonly delivery: (outcome: DeliveryOutcome, ms: number) => void;
  /** Deliveries that are still to be sent, by any node. */
  readonly awaitingDelivery: (count: number) => void;
}

const USER_AGENT = 'Baton-Webhooks/1';
/** What waited so long beyond its time, while its webhook was off, is not even tried once. */
const OLD_MS = 86_400_000;

/** Sends what is due on one node: of many webhooks at once, of each of them some, of each ticket one after the other. */
export class Sender {
  private readonly inFlight = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();
  private isOver = false;

  constructor(
    private readonly deps: Deps,
    private readonly observer: DeliveryObserver,
    /** There may be more to do. */
    private readonly soon: () => void = () => undefined,
  ) {}

  /** Begins to send as much as there is room for. Whether anything was begun. */
  async begin(): Promise<boolean> {
    const { db, clock, webhooks } = this.deps;
    let begun = false;
    for (const { id, isFailing } of shuffled(await dueWebhooks(db, clock.now()))) {
      const own = this.inFlight.get(id) ?? 0;
      // Nobody is asked many things at once who does not answer.
      const room = Math.min((isFailing ? 1 : webhooks.atOnceOfOne) - own, webhooks.atOnce - this.running.size);
      if (room <= 0 || this.isOver) continue;
      const lanes = await claimLanes(db, id, clock.now(), webhooks.leaseMs, room);
      for (const lane of lanes) this.start(lane);
      begun ||= lanes.length > 0;
    }
    return begun;
  }

  /** Resolves when what has begun has ended. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  stop(): Promise<void> {
    this.isOver = true;
    return this.idle();
  }

  private start(claimed: Claimed): void {
    const { webhookId } = claimed;
    this.inFlight.set(webhookId, (this.inFlight.get(webhookId) ?? 0) + 1);
    const run = this.attempt(claimed)
      .catch((error: unknown) => {
        this.deps.log.warn({ error: String(error), webhookId }, 'a delivery is left until its lease ends');
      })
      .finally(() => {
        const left = (this.inFlight.get(webhookId) ?? 1) - 1;
        if (left === 0) this.inFlight.delete(webhookId);
        else this.inFlight.set(webhookId, left);
        this.running.delete(run);
        if (!this.isOver) this.soon();
      });
    this.running.add(run);
  }

  private async attempt(claimed: Claimed): Promise<void> {
    const { deps } = this;
    const next = await nextOf(deps.db, claimed);
    if (!next) return settleNothing(deps, claimed);
    // It was turned off meanwhile: what waits is for when it is on again.
    if (!next.webhook.active) return postpone(deps, claimed, deps.clock.now());
    const unsent = whyUnsent(next, deps.clock.now());
    if (unsent) {
      const [status, why] = unsent;
      await settleUnsent(deps, claimed, next.delivery, status, why);
      return this.observer.delivery(status === 'CANCELLED' ? 'cancelled' : 'given up', 0);
    }
    const posted = await this.post(next);
    const outcome = await settleAttempt(deps, claimed, next.delivery, posted);
    if (outcome === null) return;
    this.observer.delivery(outcome, posted.durationMs);
    if (!isSuccess(posted)) await this.disableIfUseless(next, 'answer' in posted && posted.answer.status === 410);
  }

  private post({ delivery, webhook }: Next) {
    const { clock, webhooks } = this.deps;
    const now = clock.now();
    return webhooks.post(webhook.url, delivery.body, {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      'baton-delivery': delivery.id,
      'baton-event': delivery.eventType,
      'baton-webhook': webhook.id,
      'baton-signature': signatureOf(secretsOf(this.deps, webhook, now), delivery.body, now),
    });
  }

  private async disableIfUseless({ webhook }: Next, isGone: boolean): Promise<void> {
    const { deps } = this;
    const { failingSince } = webhook;
    const isFailing =
      failingSince !== null && deps.clock.now().getTime() - failingSince.getTime() >= deps.webhooks.disableMs;
    if (!isGone && !isFailing) return;
    const isOff = await disableWebhook(deps, webhook, isGone ? 'GONE' : 'FAILING');
    if (isOff) deps.log.warn({ webhookId: webhook.id }, 'a webhook was turned off: nothing gets through to it');
  }
}

/** Why a delivery is not sent at all, and what it ends as. */
function whyUnsent({ delivery, isWithdrawn }: Next, now: Date): ['FAILED' | 'CANCELLED', string] | null {
  if (isWithdrawn) return ['CANCELLED', 'What it tells of may not be told any more.'];
  const overdueMs = now.getTime() - delivery.expiresAt.getTime();
  const isOver = overdueMs >= 0 && (delivery.attempts > 0 || overdueMs >= OLD_MS);
  return isOver ? ['FAILED', 'It waited too long.'] : null;
}

/** So that with more to do than there is room for nobody is always first. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const EVERY_MS = 1_000;
const COUNT_EVERY_MS = 15_000;
const SWEEP_EVERY_MS = 600_000;
/** For what is being sent when the node stops; after that its lease has to end. */
const STOP_MS = 5_000;

export interface Sending {
  /** Something may be due. Never waited for, never throws. */
  readonly soon: () => void;
  /** Waits a while for what has begun. */
  readonly stop: () => Promise<void>;
}

/** Sends what is due now, every second, and when asked to, until it is stopped; removes what the log does not keep any longer. */
export function keepSending(deps: Deps, observer: DeliveryObserver): Sending {
  const last = { count: -Infinity, sweep: -Infinity };
  let isFailing = false;
  const isTime = (what: keyof typeof last, everyMs: number): boolean => {
    const now = performance.now();
    if (now - last[what] < everyMs) return false;
    last[what] = now;
    return true;
  };
  const look = async (): Promise<void> => {
    try {
      await sender.begin();
      if (isTime('count', COUNT_EVERY_MS)) observer.awaitingDelivery(await queueSize(deps.db));
      if (isTime('sweep', SWEEP_EVERY_MS)) await sweepWebhooks(deps);
      isFailing = false;
    } catch (error) {
      if (!isFailing) deps.log.warn({ error: String(error) }, 'webhooks could not be looked after; trying on');
      isFailing = true;
    }
  };
  const sender: Sender = new Sender(deps, observer, () => rounds.soon());
  const rounds = repeatOrSooner(EVERY_MS, look);
  return {
    soon: rounds.soon,
    stop: async () => {
      rounds.stop();
      await Promise.race([sender.stop(), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}
