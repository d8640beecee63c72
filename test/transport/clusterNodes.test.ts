import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { until } from '../realtime/liveWorld.js';
import { anAgent, aProject, signIn } from '../support/people.js';
import { describeWith, startRedisCluster } from '../support/services.js';
import { parsed } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import { anApp, aNode, Wire, type LiveApp } from './anApp.js';

describeWith('redis-server', 'postgres')('two servers over a Redis Cluster', () => {
  let app: LiveApp;
  let other: Awaited<ReturnType<typeof aNode>>;
  let ann: Person;
  let bob: Person;
  beforeAll(async () => {
    const { url: redisUrl } = await startRedisCluster();
    // They never poll: what arrives came by the bus.
    app = await anApp('postgres', { redisUrl, redisCluster: true }, { pollMs: 600_000 });
    other = await aNode(app.config, { pollMs: 600_000 });
    await until(() => [app.app, other.app].every(({ bus }) => bus.state().up), 15_000);
    [ann, bob] = [await anAgent(app, 'Ann'), await anAgent(app, 'Bob')];
  });
  afterAll(async () => {
    await other.app.close();
    await app.close();
  });

  it('tell each other events, reads of the log none, and who is there', async () => {
    const project = await aProject(app, { members: [ann, bob] });
    const aTicket = () =>
      createTicket(app.deps, ann, parsed(CreateTicketInput, { projectId: project.id, title: 'Far and near' }));
    const { id: ticketId } = await aTicket();
    const near = await Wire.open(app.ws, (await signIn(app, ann)).accessToken);
    const far = await Wire.open(other.ws, (await signIn(app, bob)).accessToken);
    const [events, room] = [
      far.begin('subscription', 'live.project', { projectId: project.id }),
      far.begin('subscription', 'live.ticket', { ticketId }),
    ];
    const people = () =>
      far
        .itemsOf(room)
        .findLast(({ kind }) => kind === 'presence')
        ?.people.map(({ name, typing }: any) => (typing ? `${name}…` : name))
        .join(' ');
    await until(() => far.itemsOf(events).length === 1 && people() === 'Bob');

    const { seq } = await aTicket();
    await until(() => far.itemsOf(events).some((item) => item.seq === seq));
    near.begin('subscription', 'live.ticket', { ticketId });
    await until(() => people() === 'Ann Bob');
    await near.call('mutation', 'presence.set', { ticketId, typing: true });
    await until(() => people() === 'Ann… Bob');
    near.close();
    await until(() => people() === 'Bob');
    far.close();

    const metrics = await (await fetch(`${other.http}/metrics`)).text();
    expect(metrics).toMatch(/^baton_log_pages_total\{kind="new"\} 0$/m);
    expect(metrics).toMatch(/^baton_log_rows_total\{kind="carried"\} [1-9]/m);
    expect(metrics).toMatch(/^baton_bus_up 1$/m);
  });
});
