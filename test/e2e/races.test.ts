import { createTRPCClient, createWSClient, httpLink, isTRPCClientError, wsLink } from '@trpc/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { AppErrorShape } from '../../contract/errors.js';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import type { AppRouter } from '../../server/rpc/appRouter.js';
import type { ChildService } from '../support/childService.js';
import { findViolations } from '../support/invariants.js';
import { startNode } from '../support/node.js';
import { aProject, anAgent } from '../support/people.js';
import { describeWith, startRedis } from '../support/services.js';
import { aWorld, type Person, type World } from '../support/world.js';

const AGENTS = 50;

describeWith('postgres', 'redis-server')('races over two nodes and both transports', () => {
  let world: World;
  let nodes: ChildService[];
  let projectId: string;
  let agents: { person: Person; token: string }[];
  const sockets: { close(): unknown }[] = [];

  beforeAll(async () => {
    world = await aWorld('postgres');
    const people = await Promise.all(Array.from({ length: AGENTS }, (_, index) => anAgent(world, `Agent ${index}`)));
    ({ id: projectId } = await aProject(world, { members: people }));
    agents = await Promise.all(
      people.map(async (person) => {
        const { key } = await createApiKey(world.deps, person, { name: 'race', scopes: ['read', 'write'] });
        return { person, token: key };
      }),
    );
    const redis = await startRedis();
    const options = { databaseUrl: world.url, redisUrl: redis.url };
    nodes = [await startNode(options), await startNode(options)];
  });
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await world.close();
  });

  const urlOf = (index: number) => nodes[index % nodes.length]?.url ?? '';
  const overHttp = (token: string, index: number) =>
    createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${urlOf(index)}/trpc`, headers: { authorization: `Bearer ${token}` } })],
    });
  const overSocket = (token: string, index: number) => {
    const client = createWSClient({
      url: `${urlOf(index).replace('http', 'ws')}/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      connectionParams: { token },
    });
    sockets.push(client);
    return createTRPCClient<AppRouter>({ links: [wsLink({ client })] });
  };
  const clientOf = (token: string, index: number) =>
    index % 4 < 2 ? overHttp(token, index) : overSocket(token, index);
  const aTicket = (title: string) => overHttp(agents[0]?.token ?? '', 0).tickets.create.mutate({ projectId, title });
  const errorOf = (outcome: PromiseSettledResult<unknown>): AppErrorShape => {
    const error = (outcome as PromiseRejectedResult).reason as unknown;
    if (!isTRPCClientError<AppRouter>(error) || !error.data) throw error;
    return error.data.app;
  };

  it('lets one of fifty agents win a claim, and tells the others who', async () => {
    const ticket = await aTicket('Everybody wants this one');

    const outcomes = await Promise.allSettled(
      agents.map(({ token }, index) => clientOf(token, index).assignments.claim.mutate({ ticketId: ticket.id })),
    );

    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    const holder = won[0]?.value;
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected').map(errorOf);
    expect(lost).toHaveLength(AGENTS - 1);
    for (const { code, details } of lost)
      expect({ code, holder: details['holderName'] }).toEqual({ code: 'CONFLICT', holder: holder?.assigneeName });
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('does a mutation once when its key comes twenty times at once', async () => {
    const token = agents[0]?.token ?? '';
    const input = { projectId, title: 'Only one of these', idempotencyKey: 'twenty at once' };

    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => clientOf(token, index).tickets.create.mutate(input)),
    );

    for (const reply of replies) expect(reply).toEqual(replies[0]);
    const { items } = await overHttp(token, 1).tickets.search.query({ text: '"only one of these"', projectId });
    expect(items.map(({ id }) => id)).toEqual([replies[0]?.id]);
  });

  it('keeps edits of two fields made from one version, and refuses two of one field with both values', async () => {
    const ticket = await aTicket('As it was');
    const edit = (index: number, patch: { title?: string; description?: string }) =>
      clientOf(agents[index]?.token ?? '', index).tickets.update.mutate({
        ticketId: ticket.id,
        patch,
        expectedVersion: ticket.version,
      });

    await Promise.all([edit(0, { title: 'As one wrote' }), edit(3, { description: 'As another wrote' })]);
    const [clash] = await Promise.allSettled([edit(2, { title: 'Too late' })]);

    const now = await overHttp(agents[1]?.token ?? '', 1).tickets.get.query({ ticketId: ticket.id });
    expect([now.title, now.description]).toEqual(['As one wrote', 'As another wrote']);
    expect(clash && errorOf(clash)).toMatchObject({
      code: 'CONFLICT',
      details: { fields: { title: { yours: 'Too late', theirs: 'As one wrote' } } },
    });
  });
});
