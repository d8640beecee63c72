import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CreateCommentInput } from '../../../contract/comment.js';
import { CreateConversationInput } from '../../../contract/conversation.js';
import type { ProjectEvent } from '../../../contract/event.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { createConversation } from '../../../server/features/conversations/commands/createConversation.js';
import { postMessage } from '../../../server/features/messages/commands/postMessage.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { deleteWebhook } from '../../../server/features/webhooks/commands/deleteWebhook.js';
import { redeliver } from '../../../server/features/webhooks/commands/redeliver.js';
import { rotateSecret } from '../../../server/features/webhooks/commands/rotateSecret.js';
import { updateWebhook } from '../../../server/features/webhooks/commands/updateWebhook.js';
import { sweepWebhooks } from '../../../server/features/webhooks/sweepWebhooks.js';
import { getDelivery, listDeliveries, listWebhooks } from '../../../server/features/webhooks/webhooks.queries.js';
import { openTestDatabase } from '../../support/database.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, parsed, patchTicket, refusal, rows } from '../../support/ticketWorld.js';
import { aHookWorld, HOUR_MS, SECOND_MS, sendAll, type HookWorld } from './hookWorld.js';
import { withStatus } from './receiver.js';

describeEachDialect('a webhook', (dialect) => {
  let world: HookWorld;
  beforeEach(async () => {
    world = await aHookWorld(dialect);
  });
  afterEach(() => world.close());

  const eventsAt = () => world.receiver.received.map(({ body }) => JSON.parse(body) as ProjectEvent);
  const said = (body: string) => (JSON.parse(body) as { payload: { ticket: { title: string } } }).payload.ticket.title;

  /** Until something is tried again; null: nothing waits. */
  async function dueInMs(): Promise<number | null> {
    const [lane] = await rows<{ due_at: string | Date }>(
      world,
      'SELECT due_at FROM webhook_lanes ORDER BY due_at LIMIT 1',
    );
    return lane ? new Date(lane.due_at).getTime() - world.clock.now().getTime() : null;
  }

  it('is sent the events that it wants, signed, as staff see them, under an id of their own', async () => {
    const { secret, id } = await world.hook({ eventTypes: ['ticket.created', 'ticket.updated'] });
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    await createComment(
      world.deps,
      world.customer,
      parsed(CreateCommentInput, { ticketId: ticket.id, content: 'Words' }),
    );
    await patchTicket(world, world.ann, ticket.id, { storyPoints: 5 });
    await world.consume();

    expect(await world.send()).toEqual(['delivered', 'delivered']);
    expect(eventsAt().map(({ type, ticketId }) => [type, ticketId])).toEqual([
      ['ticket.created', ticket.id],
      ['ticket.updated', ticket.id],
    ]);
    // What customers are not told is in it.
    expect(eventsAt()[1]).toMatchObject({ payload: { ticket: { storyPoints: 5 } }, projectId: world.project.id });
    for (const { headers, body, type } of world.receiver.received) {
      const { t, v1 } = Object.fromEntries(
        new URLSearchParams(String(headers['baton-signature']).replaceAll(',', '&')),
      );
      expect(v1).toBe(createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'));
      expect(Math.abs(Number(t) - Date.now() / 1_000)).toBeLessThan(60);
      expect(headers).toMatchObject({
        'baton-webhook': id,
        'user-agent': 'Baton-Webhooks/1',
        'accept-encoding': 'identity',
      });
      expect((JSON.parse(body) as ProjectEvent).type).toBe(type);
    }
    expect(new Set(world.receiver.received.map((one) => one.id)).size).toBe(2);
    const { items } = await listDeliveries(world.db, world.lead, { webhookId: id, limit: 10 });
    expect(items.map(({ eventType, status, responseStatus }) => [eventType, status, responseStatus])).toEqual([
      ['ticket.updated', 'DELIVERED', 200],
      ['ticket.created', 'DELIVERED', 200],
    ]);
    const detail = await getDelivery(world.db, world.lead, { deliveryId: items[0]!.id });
    expect(detail).toMatchObject({ responseBody: 'thanks', attempts: 1, error: null });
    expect(detail.requestBody).toBe(world.receiver.received[1]!.body);
    expect(await rows(world, 'SELECT lane FROM webhook_lanes')).toEqual([]);
    await world.consume();
    expect(await world.send(HOUR_MS)).toEqual([]);
  });

  it('is sent nothing from before it was made or turned on, and nothing of private channels', async () => {
    await aTicket(world, { title: 'before' });
    const { id: webhookId } = await world.hook();
    const turn = (active: boolean) => updateWebhook(world.deps, world.lead, { webhookId, patch: { active } });
    await aTicket(world, { title: 'one' });
    await turn(false);
    await aTicket(world, { title: 'off' });
    await turn(true);
    await aTicket(world, { title: 'two' });
    const channel = { kind: 'CHANNEL' as const, projectId: world.project.id, name: 'secret', isPrivate: true };
    const { id: conversationId } = await createConversation(
      world.deps,
      world.ann,
      parsed(CreateConversationInput, channel),
    );
    await postMessage(world.deps, world.ann, { conversationId, content: 'hush' });
    await world.consume();
    await world.send();

    expect(world.receiver.received.map(({ body }) => said(body))).toEqual(['two']);
    expect(world.receiver.received.map(({ body }) => body).join('')).not.toContain('hush');
  });

  it('is tried ever less often while nobody takes it, with the same bytes, and not at all after three days', async () => {
    const { id: webhookId } = await world.hook();
    world.receiver.answer(withStatus(503, 'sorry'));
    await aTicket(world);
    await world.consume();
    await world.send();
    const waits: number[] = [];
    for (let due = await dueInMs(); due !== null; due = await dueInMs()) {
      expect(await world.send(due - SECOND_MS)).toEqual([]);
      await world.send(SECOND_MS);
      waits.push(due);
    }

    const [delivery] = await world.deliveries();
    expect(delivery).toMatchObject({ status: 'FAILED', attempts: waits.length + 1 });
    expect(waits.length).toBeGreaterThan(14);
    expect(waits.length).toBeLessThan(25);
    expect(waits[0]).toBeGreaterThan(7 * SECOND_MS);
    expect(waits[0]).toBeLessThan(13 * SECOND_MS);
    expect(Math.max(...waits)).toBeLessThanOrEqual(7.5 * HOUR_MS);
    const total = waits.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThan(60 * HOUR_MS);
    expect(total).toBeLessThanOrEqual(72 * HOUR_MS);
    expect(new Set(world.receiver.received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    world.receiver.answer(withStatus(200));
    await redeliver(world.deps, world.lead, { deliveryId: delivery!.id });
    expect(await world.send()).toEqual(['delivered']);
    expect(world.receiver.received.at(-1)?.id).toBe(delivery!.id);
    expect((await listWebhooks(world.db, world.lead, { projectId: world.project.id, limit: 1 })).items).toMatchObject([
      { id: webhookId, failingSince: null, active: true },
    ]);
  });

  it('is told of each ticket in order, and of others meanwhile', async () => {
    await world.hook({ eventTypes: ['ticket.created', 'ticket.updated'] });
    const [stuck, free] = [await aTicket(world, { title: 'stuck' }), await aTicket(world, { title: 'free' })];
    await patchTicket(world, world.ann, stuck.id, { title: 'stuck 2' });
    await patchTicket(world, world.ann, free.id, { title: 'free 2' });
    world.receiver.answer((response, { body }) => withStatus(said(body) === 'stuck' ? 500 : 200)(response));
    await world.consume();

    await world.send();
    await world.send(60 * SECOND_MS);
    const titles = () => world.receiver.received.map(({ body }) => said(body));
    expect(titles().filter((title) => title === 'stuck').length).toBeGreaterThan(1);
    expect(titles().filter((title) => title.startsWith('free'))).toEqual(['free', 'free 2']);
    expect(titles()).not.toContain('stuck 2');
    await patchTicket(world, world.ann, stuck.id, { title: 'stuck 3' });
    await world.consume();
    world.receiver.answer(withStatus(204));
    await world.send(HOUR_MS);

    const ended = titles().slice(-3);
    expect(ended).toEqual(['stuck', 'stuck 2', 'stuck 3']);
    expect(await rows(world, 'SELECT lane FROM webhook_lanes')).toEqual([]);
  });

  it('is sent each event by one of several nodes, a bounded number at once', async () => {
    await world.hook();
    for (let nth = 0; nth < 12; nth++) await aTicket(world);
    world.receiver.answer((response) => void setTimeout(() => withStatus(200)(response), 20));
    const databases = [openTestDatabase(world.url), openTestDatabase(world.url)];
    const nodes = databases.map((db) => ({ ...world.deps, db }));
    await Promise.all(nodes.map((deps) => world.consume(deps)));

    await Promise.all([...nodes, ...nodes].map(sendAll));
    await world.send();

    const ids = world.receiver.received.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size);
    expect((await world.deliveries()).every(({ status }) => status === 'DELIVERED')).toBe(true);
    expect(ids.length).toBe((await world.deliveries()).length);
    expect(world.receiver.mostAtOnce()).toBeLessThanOrEqual(16);
    for (const db of databases) await db.close();
  });

  it('is turned off when nothing got through for five days, or its receiver is gone, and staff are told', async () => {
    const { id: webhookId } = await world.hook({ eventTypes: ['ticket.created', 'webhook.disabled'] });
    const other = await world.hook({ eventTypes: ['webhook.disabled'] });
    const first = async () => {
      const { items } = await listWebhooks(world.db, world.lead, { projectId: world.project.id, limit: 1 });
      return items[0];
    };
    await world.receiver.down();
    await aTicket(world);
    await world.consume();
    expect(await world.send()).toEqual(['failed']);
    await world.send(4.9 * 24 * HOUR_MS);
    expect(await first()).toMatchObject({ active: true, failingSince: expect.any(String) });
    await aTicket(world);
    await world.consume();
    await world.send(0.2 * 24 * HOUR_MS);

    expect(await first()).toMatchObject({ id: webhookId, active: false, disabledReason: 'FAILING' });
    await world.receiver.up();
    await world.consume();
    await world.send();
    expect(eventsAt()).toMatchObject([
      { type: 'webhook.disabled', actor: null, payload: { webhook: { id: webhookId } } },
    ]);
    const left = await rows<{ n: number }>(
      world,
      "SELECT CAST(count(*) AS INTEGER) AS n FROM webhook_deliveries WHERE status = 'PENDING'",
    );
    expect(left).toEqual([{ n: 1 }]);
    // What waited goes on.
    await updateWebhook(world.deps, world.lead, { webhookId, patch: { active: true } });
    expect(await world.send(HOUR_MS)).toEqual(['delivered']);
    world.receiver.answer(withStatus(410));
    await aTicket(world);
    await world.consume();
    await world.send();
    await world.send();
    expect(await first()).toMatchObject({ active: false, disabledReason: 'GONE' });
    expect(other.active).toBe(true);
  });

  it('can change its secret while what is sent is signed by both', async () => {
    const { id: webhookId, secret: before } = await world.hook();
    const { secret: after, secretVersion } = await rotateSecret(world.deps, world.lead, { webhookId, graceHours: 2 });
    const marks = async (laterMs: number) => {
      await aTicket(world);
      await world.consume();
      await world.send(laterMs);
      const { headers, body } = world.receiver.received.at(-1)!;
      const [t, ...all] = String(headers['baton-signature']).split(',');
      const by = (secret: string) =>
        createHmac('sha256', secret)
          .update(`${t!.slice(2)}.${body}`)
          .digest('hex');
      return [by(after), by(before)].map((mark) => all.includes(`v1=${mark}`));
    };

    expect(secretVersion).toBe(2);
    expect(after).not.toBe(before);
    expect(await marks(0)).toEqual([true, true]);
    expect(await marks(2.1 * HOUR_MS)).toEqual([true, false]);
    const stored = JSON.stringify([
      await rows(world, 'SELECT * FROM webhooks'),
      await rows(world, 'SELECT * FROM audit_log'),
      await rows(world, 'SELECT * FROM idempotency_keys'),
    ]);
    for (const secret of [before, after]) expect(stored).not.toContain(secret.slice(6));
  });

  it('gets the same secret again for the same call, and is one webhook', async () => {
    const one = await world.hook({ idempotencyKey: 'k' });
    expect(await world.hook({ idempotencyKey: 'k' })).toEqual(one);
  });

  it('does not tell of a ticket that has left the project before it was told', async () => {
    await world.hook({ eventTypes: ['ticket.created', 'ticket.moved'] });
    const { id: ticketId } = await aTicket(world, { title: 'not for them' });
    await world.consume();
    await moveTicket(world.deps, world.admin, { ticketId, projectId: world.foreign.id });
    await world.consume();

    expect((await world.send()).toSorted()).toEqual(['cancelled', 'delivered']);
    expect(eventsAt().map(({ type }) => type)).toEqual(['ticket.moved']);
    expect(world.receiver.received.map(({ body }) => body).join('')).not.toContain('not for them');
    const [cancelled] = await world.deliveries();
    await refusal(world, 'CONFLICT', () => redeliver(world.deps, world.lead, { deliveryId: cancelled!.id }));
  });

  it('is managed by leads alone, and foreign ones are as missing ones', async () => {
    const { id: webhookId } = await world.hook();
    await aTicket(world);
    await world.consume();
    const [delivery] = await world.deliveries();
    const all = { limit: 10 };

    for (const actor of [world.ann, world.customer]) {
      await refusal(world, 'FORBIDDEN', () => listWebhooks(world.db, actor, { projectId: world.project.id, ...all }));
      await refusal(world, 'FORBIDDEN', () => listDeliveries(world.db, actor, { webhookId, ...all }));
      await refusal(world, 'FORBIDDEN', () => redeliver(world.deps, actor, { deliveryId: delivery!.id }));
    }
    await refusal(world, 'BAD_INPUT', () => world.hook({ url: 'http://example.com/' }));
    await refusal(world, 'BAD_INPUT', () => world.hook({ url: 'https://10.0.0.1/' }));
  });

  it('leaves nothing behind when it is deleted, and the log forgets what is old', async () => {
    const { id: webhookId } = await world.hook();
    const kept = await world.hook();
    await aTicket(world);
    await world.consume();
    await world.send();
    await aTicket(world);
    await world.consume();
    await deleteWebhook(world.deps, world.lead, { webhookId });

    await world.send();
    const sent = world.receiver.received.map(({ headers }) => headers['baton-webhook']);
    expect(sent.filter((id) => id === webhookId)).toHaveLength(1);
    world.clock.advance(HOUR_MS);
    await sweepWebhooks(world.deps);
    expect(await rows(world, 'SELECT id FROM webhooks')).toEqual([{ id: kept.id }]);
    expect(await world.deliveries()).toHaveLength(2);
    world.clock.advance(31 * 24 * HOUR_MS);
    expect(await sweepWebhooks(world.deps)).toBe(2);
    expect(await world.deliveries()).toEqual([]);
  });
});
