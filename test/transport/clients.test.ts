import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  wsLink,
  type TRPCClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ProjectItem } from '../../contract/live.js';
import type { AppRouter } from '../../server/rpc/appRouter.js';
import { append, oneTo, until } from '../realtime/liveWorld.js';
import { aProject } from '../support/people.js';
import { PASSWORD } from '../support/world.js';
import { anApp, aNode, type LiveApp } from './anApp.js';

/** Between a client and a server that may change: cuts every connection on demand. */
class Cutter {
  readonly open = new Set<Socket>();
  private readonly server: Server;
  private constructor(public target: number) {
    this.server = createServer((client) => {
      const upstream = connect(this.target, '127.0.0.1');
      for (const socket of [client, upstream]) {
        this.open.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.open.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
  }
  static async before(target: number): Promise<Cutter> {
    const cutter = new Cutter(target);
    await new Promise<void>((resolve) => cutter.server.listen(0, '127.0.0.1', resolve));
    return cutter;
  }
  get address(): string {
    return `127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }
  close(): void {
    this.cut();
    this.server.close();
  }
}

let app: LiveApp;
let cutter: Cutter;
beforeEach(async () => {
  app = await anApp('sqlite');
  cutter = await Cutter.before(app.app.port);
});
afterEach(async () => {
  cutter.close();
  await app.close();
});

const http = (address: string, token?: string) =>
  httpBatchLink({ url: `http://${address}/trpc`, headers: () => (token ? { authorization: `Bearer ${token}` } : {}) });

async function login(address: string): Promise<string> {
  const client = createTRPCClient<AppRouter>({ links: [http(address)] });
  const { accessToken } = await client.auth.login.mutate({ email: app.admin.email, password: PASSWORD });
  return accessToken;
}

interface Kit {
  readonly client: TRPCClient<AppRouter>;
  readonly close: () => void;
}
const kits = {
  wsLink: (address: string, token: string): Kit => {
    const ws = createWSClient({
      url: `ws://${address}/trpc`,
      WebSocket: WebSocket as never,
      connectionParams: { token },
      retryDelayMs: () => 20,
    });
    return { client: createTRPCClient<AppRouter>({ links: [wsLink({ client: ws })] }), close: () => void ws.close() };
  },
  'httpBatchLink and Server-Sent Events': (address: string, token: string): Kit => {
    const events = httpSubscriptionLink({
      url: `http://${address}/trpc`,
      EventSource: EventSource as never,
      eventSourceOptions: () =>
        ({
          fetch: (url: string, init: RequestInit) =>
            fetch(url, {
              ...init,
              headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
            }),
        }) as never,
    });
    const links = [
      splitLink({ condition: (op) => op.type === 'subscription', true: events, false: http(address, token) }),
    ];
    return { client: createTRPCClient<AppRouter>({ links }), close: () => undefined };
  },
};

describe.each(Object.entries(kits))('the stock client with %s', (_, kit) => {
  it('signs in, calls, follows, and resumes by itself over cuts and on another node, with nothing lost', async () => {
    const { id: projectId, seq } = await aProject(app);
    const other = await aNode(app.config);
    const { client, close } = kit(cutter.address, await login(cutter.address));
    const items: ProjectItem[] = [];
    const errors: unknown[] = [];

    const me = await client.auth.me.query();
    const subscription = client.live.project.subscribe(
      { projectId },
      { onData: ({ data }) => items.push(data), onError: (error) => errors.push(error) },
    );
    await until(() => items.length === 1);
    for (let round = 0; round < 4; round++) {
      await append(app, projectId, 3);
      if (round === 1) cutter.target = other.app.port;
      cutter.cut();
      await append(app, projectId, 3);
      const { lastSeq } = await client.projects.get
        .query({ projectId })
        .catch(() => client.projects.get.query({ projectId }));
      await until(
        () => items.at(-1)?.seq === lastSeq,
        15_000,
        () => items.map((item) => [item.kind, item.seq]),
      );
    }
    subscription.unsubscribe();
    close();
    await other.app.close();

    const seqs = items.filter(({ kind }) => kind === 'event').map((item) => item.seq);
    expect(me.user.email).toBe(app.admin.email);
    expect(seqs).toEqual(oneTo(seq + 24).slice(seq));
    expect(errors).toEqual([]);
  }, 90_000);
});

describe('the stock client with wsLink', () => {
  it('may mutate over the socket and is told the seq of what it did', async () => {
    const { id: projectId } = await aProject(app);
    const { client, close } = kits.wsLink(cutter.address, await login(cutter.address));
    const items: ProjectItem[] = [];
    client.live.project.subscribe({ projectId }, { onData: ({ data }) => items.push(data) });
    await until(() => items.length === 1);

    const reply = await client.tickets.create.mutate({ projectId, title: 'By socket', idempotencyKey: 'once' });
    const again = await client.tickets.create.mutate({ projectId, title: 'By socket', idempotencyKey: 'once' });
    await until(() => items.length === 2);
    close();

    expect(again).toEqual(reply);
    expect(items[1]).toMatchObject({ kind: 'event', type: 'ticket.created', seq: reply.seq, ticketId: reply.id });
  });
});
