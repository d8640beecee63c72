import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { until } from '../../realtime/liveWorld.js';
import { aCustomer, anAgent, aProject, signIn } from '../../support/people.js';
import { parsed } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';
import { anApp, Wire, type LiveApp } from '../../transport/anApp.js';

let app: LiveApp;
let ann: Person;
let kim: Person;
let project: { id: string };
beforeAll(async () => {
  app = await anApp('sqlite');
  [ann, kim] = [await anAgent(app, 'Ann'), await aCustomer(app, 'Kim')];
  project = await aProject(app, { members: [ann], customers: [kim] });
});
afterAll(() => app.close());

const open = async (person: Person) => Wire.open(app.ws, (await signIn(app, person)).accessToken);
const aTicket = (title: string) =>
  createTicket(app.deps, ann, parsed(CreateTicketInput, { projectId: project.id, title }));
const metric = async (line: string): Promise<number> => {
  const text = await (await fetch(`${app.http}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
};

describe('admin.health', () => {
  it('tells an administrator how the process does', async () => {
    const wire = await open(app.admin);

    const { result } = await wire.call('query', 'admin.health');
    wire.close();

    expect(result?.data).toMatchObject({
      ready: true,
      draining: false,
      database: { ok: true },
      migrations: { ok: true, pending: 0 },
      bus: { kind: 'memory', up: true },
      sockets: 1,
    });
  });
});

describe('admin.subscriptions', () => {
  it('tells who follows what, and forgets who has left', async () => {
    const { id: ticketId } = await aTicket('Followed');
    const [admin, a, k] = [await open(app.admin), await open(ann), await open(kim)];
    const streams = [
      a.begin('subscription', 'live.project', { projectId: project.id }),
      a.begin('subscription', 'live.ticket', { ticketId }),
      a.begin('subscription', 'live.me'),
    ];
    const mine = k.begin('subscription', 'live.project', { projectId: project.id });
    await until(() => streams.every((id) => a.itemsOf(id).length > 0) && k.itemsOf(mine).length > 0);
    const { seq } = await aTicket('Another');
    await until(() => a.itemsOf(streams[0]!).some((item) => item.seq === seq));

    const all = await admin.call('query', 'admin.subscriptions', {});
    const anns = await admin.call('query', 'admin.subscriptions', { userId: ann.userId, limit: 2 });
    k.close();
    await until(() => app.deps.hub.running.countOf.project === 1);
    const after = await admin.call('query', 'admin.subscriptions', { userId: kim.userId });
    for (const wire of [a, admin]) wire.close();

    const { total, items } = all.result?.data ?? {};
    expect(total).toBe(4);
    expect(items.map(({ kind, id, userName, behind }: any) => [kind, id, userName, behind]).toSorted()).toEqual([
      ['feed', ann.userId, 'Ann', 0],
      ['project', project.id, 'Ann', 0],
      ['project', project.id, 'Kim', 0],
      ['ticket', ticketId, 'Ann', 0],
    ]);
    expect(items.find(({ kind }: any) => kind === 'ticket')).toMatchObject({ seq, waitingBytes: 0 });
    expect(anns.result?.data).toMatchObject({ total: 3, items: { length: 2 } });
    expect(after.result?.data.total).toBe(0);
  });
});

describe.each(['admin.health', 'admin.statements', 'admin.subscriptions'])('%s', (path) => {
  it('is for administrators only', async () => {
    for (const person of [ann, kim]) {
      const wire = await open(person);
      const { error } = await wire.call('query', path, path === 'admin.health' ? undefined : {});
      wire.close();

      expect(error?.data.app.code).toBe('FORBIDDEN');
    }
  });
});

describe('the metrics of streams', () => {
  it('count what was carried, written, reloaded and followed, and how long it took', async () => {
    const wire = await open(ann);
    const before = {
      carried: await metric('baton_log_rows_total{kind="carried"}'),
      handedOut: await metric('baton_delivery_seconds_count'),
      resyncs: await metric('baton_resyncs_total{reason="UNKNOWN_CURSOR"}'),
      bytes: await metric('baton_ws_written_bytes_total'),
    };
    const stream = wire.begin('subscription', 'live.project', { projectId: project.id }, 'not a cursor');
    await until(() => wire.itemsOf(stream).length === 2);
    await aTicket('Counted');
    await until(() => wire.itemsOf(stream).length === 3);

    expect(await metric('baton_log_rows_total{kind="carried"}')).toBe(before.carried + 1);
    expect(await metric('baton_delivery_seconds_count')).toBe(before.handedOut + 1);
    expect(await metric('baton_resyncs_total{reason="UNKNOWN_CURSOR"}')).toBe(before.resyncs + 1);
    expect(await metric('baton_ws_written_bytes_total')).toBeGreaterThan(before.bytes + 500);
    expect(await metric('baton_followers{kind="project"}')).toBe(1);
    expect(await metric('baton_log_pages_total{kind="new"}')).toBe(0);
    expect(await metric('baton_stream_gaps_total')).toBe(0);
    wire.close();
    await until(() => app.deps.hub.running.countOf.project === 0);
    expect(await metric('baton_followers{kind="project"}')).toBe(0);
  });
});
