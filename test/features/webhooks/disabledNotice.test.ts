import { afterEach, beforeEach, expect, it } from 'vitest';
import { CreateWebhookInput } from '../../../contract/webhook.js';
import { ListNotificationsInput } from '../../../contract/notification.js';
import { listNotifications } from '../../../server/features/notifications/notifications.queries.js';
import { updatePreference } from '../../../server/features/notifications/commands/updatePreference.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { createWebhook } from '../../../server/features/webhooks/commands/createWebhook.js';
import { deleteWebhook } from '../../../server/features/webhooks/commands/deleteWebhook.js';
import { disableWebhook } from '../../../server/features/webhooks/commands/disableWebhook.js';
import { sweepWebhooks } from '../../../server/features/webhooks/sweepWebhooks.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, parsed, rows } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';
import { aHookWorld, HOUR_MS, type HookWorld } from './hookWorld.js';

const DAY_MS = 24 * HOUR_MS;

describeEachDialect('a webhook that was turned off', (dialect) => {
  let world: HookWorld;
  let second: Person;
  beforeEach(async () => {
    world = await aHookWorld(dialect);
    second = await anAgent(world, 'Liv Lead');
    await join(world, world.project, second, 'LEAD');
  });
  afterEach(() => world.close());

  const toldTo = async (person: Person) =>
    (await listNotifications(world.db, person, parsed(ListNotificationsInput, {}))).items;
  /** Nothing gets through to the receiver for five days. */
  const fail = async () => {
    await world.receiver.down();
    await aTicket(world);
    await world.consume();
    await world.send();
    await world.send(4.9 * DAY_MS);
    await aTicket(world);
    await world.consume();
    await world.send(0.2 * DAY_MS);
  };

  it('is told to those who may do something about it, once, with its host and no more of the address', async () => {
    const url = `${world.receiver.url}/secret-path?token=secret-token`;
    const hook = await createWebhook(
      world.deps,
      world.admin,
      parsed(CreateWebhookInput, { projectId: world.project.id, url }),
    );
    await fail();

    const { host } = new URL(url);
    const notice = {
      kind: 'WEBHOOK_DISABLED',
      ticket: null,
      projectId: world.project.id,
      webhook: { id: hook.id, host },
    };
    for (const person of [world.lead, second, world.admin]) expect(await toldTo(person)).toMatchObject([notice]);
    for (const person of [world.ann, world.bob, world.customer]) expect(await toldTo(person)).toEqual([]);
    const feed = await rows<{ user_id: string; payload: unknown }>(
      world,
      "SELECT user_id, CAST(payload AS TEXT) AS payload FROM feed_events WHERE type = 'notification.added'",
    );
    expect(feed.map(({ user_id }) => user_id).toSorted()).toEqual(
      [world.lead, second, world.admin].map(({ userId }) => userId).toSorted(),
    );
    expect(JSON.stringify([feed, await toldTo(world.lead)])).not.toContain('secret');

    expect(await disableWebhook(world.deps, { id: hook.id, url }, 'FAILING')).toBe(false);
    expect(await toldTo(world.lead)).toHaveLength(1);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('is not told to an administrator who has nothing to do with it, nor to who does not want to know', async () => {
    await updatePreference(world.deps, second, { kind: 'WEBHOOK_DISABLED', patch: { inApp: false } });
    await world.hook();
    await fail();

    expect(await toldTo(world.lead)).toHaveLength(1);
    for (const person of [world.admin, second]) expect(await toldTo(person)).toEqual([]);
  });

  it('is seen no more by who leads the project no more, nor by anybody when it was deleted, and goes with it', async () => {
    const { id: webhookId } = await world.hook();
    await fail();
    await setMemberRole(world.deps, world.lead, { projectId: world.project.id, userId: second.userId, role: 'MEMBER' });
    expect(await toldTo(second)).toEqual([]);
    expect(await toldTo(world.lead)).toHaveLength(1);

    await deleteWebhook(world.deps, world.lead, { webhookId });
    expect(await toldTo(world.lead)).toEqual([]);
    world.clock.advance(HOUR_MS);
    await sweepWebhooks(world.deps);
    expect(await rows(world, 'SELECT id FROM webhooks')).toEqual([]);
    expect(await rows(world, 'SELECT id FROM notifications')).toEqual([]);
  });
});
