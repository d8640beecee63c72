import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createClient, type FeedEvent } from '../../client-sdk/src/index.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { aProject, anAgent } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { PASSWORD, type Person } from '../support/world.js';
import { toLoopback } from '../features/webhooks/hookWorld.js';
import { startReceiver, type Receiver } from '../features/webhooks/receiver.js';
import { anApp, type LiveApp } from './anApp.js';

const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describeEachDialect('that a webhook was turned off, over the socket', (dialect) => {
  let app: LiveApp;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    // Each failure is one too many, and comes again at once.
    const webhooks = { ...toLoopback(), retryMs: 20, retryMaxMs: 20, disableMs: 1 };
    app = await anApp(dialect, {}, { webhooks });
  });
  afterEach(async () => {
    await receiver.down();
    await app.close();
  });

  const clientOf = async ({ email }: Person) => {
    const client = createClient({ url: app.http, WebSocket });
    onTestFinished(() => client.close());
    await client.login({ email, password: PASSWORD });
    return client;
  };
  /** What somebody is told of webhooks from a cursor on, or from now. */
  const follow = async (person: Person, cursor: string | null = null) => {
    const told: FeedEvent[] = [];
    let isReady = false;
    const client = await clientOf(person);
    const stream = client.live.me(
      { lastEventId: cursor ?? undefined },
      {
        onEvent: (event) => {
          if (event.type === 'notification.added' && event.payload.kind === 'WEBHOOK_DISABLED') told.push(event);
        },
        onReady: () => (isReady = true),
      },
    );
    await until(() => expect(isReady).toBe(true));
    return { client, told, stream };
  };

  it('comes at once, once, to who leads the project; who left it gets it neither then nor later', async () => {
    const [lead, gone, member] = [await anAgent(app, 'Lea'), await anAgent(app, 'Gil'), await anAgent(app, 'Mia')];
    const project = await aProject(app, { lead, members: [gone, member] });
    const client = await clientOf(lead);
    await client.projects.members.setRole({ projectId: project.id, userId: gone.userId, role: 'LEAD' });
    const readers = [await follow(lead), await follow(gone), await follow(member)] as const;
    const begun = readers.map(({ stream }) => stream.cursor);
    const hook = await client.webhooks.create({ projectId: project.id, url: receiver.url });
    await receiver.down();
    await client.tickets.create({ projectId: project.id, title: 'Nobody hears of it' });

    await until(() => expect(readers.slice(0, 2).map(({ told }) => told.length)).toEqual([1, 1]));
    const [event] = readers[0].told;
    expect(event).toMatchObject({
      projectId: project.id,
      ticketId: null,
      payload: { ticket: null, webhook: { id: hook.id, host: new URL(receiver.url).host } },
    });
    const { items, unreadCount } = await client.notifications.list({});
    expect(items).toMatchObject([{ kind: 'WEBHOOK_DISABLED', webhook: { id: hook.id } }]);
    expect(unreadCount).toBe(1);

    await removeMember(app.deps, lead, { projectId: project.id, userId: gone.userId });
    const again = [await follow(lead, begun[0]), await follow(gone, begun[1]), await follow(member, begun[2])];
    expect(again.map(({ told }) => told.length)).toEqual([1, 0, 0]);
    expect(await again[1]!.client.notifications.list({})).toMatchObject({ items: [], unreadCount: 0 });
    // Turned off, it is not turned off again, whatever comes.
    await client.tickets.create({ projectId: project.id, title: 'Nor of this' });
    expect((await client.notifications.list({})).items).toHaveLength(1);
    expect(readers.map(({ told }) => told.length)).toEqual([1, 1, 0]);
  });
});
