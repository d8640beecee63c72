import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inSpan, isTracing, traceNow } from '../../server/kernel/tracing.js';
import { aMigratedDatabase } from '../support/database.js';
import { startNode, NODE_SECRET } from '../support/node.js';
import { aProject, signIn } from '../support/people.js';
import { describeWith, redisUrl } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';
import { until } from '../realtime/liveWorld.js';
import { Wire } from '../transport/anApp.js';

interface Told {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: number } }[];
  readonly service: string;
}

/** What OpenTelemetry's collector is to an exporter: it takes spans as OTLP over HTTP, in JSON. */
async function aReceiver() {
  const spans: Told[] = [];
  const take = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.url).toBe('/v1/traces');
    for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
      const service = resource.attributes.find(({ key }: { key: string }) => key === 'service.name').value.stringValue;
      for (const { spans: told } of scopeSpans) spans.push(...told.map((span: Told) => ({ ...span, service })));
    }
  };
  const server = createServer((request, response) => {
    void take(request).then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans, close: () => server.close() };
}

it('costs nothing while nobody records', async () => {
  expect(isTracing()).toBe(false);
  expect(traceNow()).toBeUndefined();
  expect(await inSpan('x', { attributes: {} }, (span) => Promise.resolve(span))).toBeNull();
});

describeWith('postgres', 'redis')('traces', () => {
  let world: World;
  let receiver: Awaited<ReturnType<typeof aReceiver>>;
  let nodes: Awaited<ReturnType<typeof startNode>>[] = [];
  beforeAll(async () => {
    receiver = await aReceiver();
    const { url } = await aMigratedDatabase('postgres');
    world = await aWorld('postgres', { url, auth: { jwtSecret: NODE_SECRET } });
    const env = (name: string) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: name,
    });
    nodes = await Promise.all(
      ['writing', 'reading'].map((name) => startNode({ databaseUrl: url, redisUrl: redisUrl(), env: env(name) })),
    );
  });
  afterAll(async () => {
    await world?.close();
    receiver?.close();
  });

  it('lead from a call over its commit to the delivery at another node', async () => {
    const [writing, reading] = nodes;
    const { id: projectId } = await aProject(world);
    const { accessToken } = await signIn(world, world.admin);
    const wire = await Wire.open(`${reading!.url.replace('http', 'ws')}/trpc`, accessToken);
    const stream = wire.begin('subscription', 'live.project', { projectId });
    await until(() => wire.itemsOf(stream).some(({ kind }) => kind === 'ready'), 10_000);

    const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const call = (path: string, input: object) =>
      fetch(`${writing!.url}/trpc/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          traceparent: `00-${traceId}-${parent}-01`,
        },
        body: JSON.stringify(input),
      });
    expect((await call('tickets.create', { projectId, title: 'followed' })).status).toBe(200);
    await until(() => wire.itemsOf(stream).some(({ type }) => type === 'ticket.created'), 10_000);
    expect((await call('tickets.create', { projectId: 'nonsense', title: '' })).status).toBe(400);
    const ofTrace = () => receiver.spans.filter((span) => span.traceId === traceId);
    await until(
      () => ofTrace().some(({ name }) => name === 'deliver') && ofTrace().some((one) => one.status?.code),
      10_000,
    );
    wire.close();

    const named = (name: string) => ofTrace().filter((span) => span.name === name);
    const [done, refused] = named('tickets.create').toSorted((a, b) => (a.status?.code ?? 0) - (b.status?.code ?? 0));
    const [unit, commit, wake] = ['unit of work', 'commit', 'wake'].map((name) => named(name)[0]);
    const delivered = named('deliver');
    expect(done).toMatchObject({ parentSpanId: parent, service: 'writing' });
    expect(unit?.parentSpanId).toBe(done!.spanId);
    expect(commit?.parentSpanId).toBe(unit!.spanId);
    expect(wake?.service).toBe('writing');
    // Once for each event and node that has followers, whatever their number.
    expect(delivered.map(({ service, parentSpanId }) => [service, parentSpanId])).toEqual([['reading', unit!.spanId]]);
    expect(BigInt(delivered[0]!.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(commit!.endTimeUnixNano) - 1_000_000n);
    const about = Object.fromEntries(delivered[0]!.attributes.map(({ key, value }) => [key, value]));
    expect(about['baton.stream']?.stringValue).toBe(`project:${projectId}`);
    expect(refused?.status).toEqual({ code: 2, message: 'BAD_INPUT' });
    expect(JSON.stringify(receiver.spans)).not.toContain('followed');
  });
});
