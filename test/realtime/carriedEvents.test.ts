import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventRow, Wake } from '../../server/db/wake.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { createLogger } from '../../server/kernel/logger.js';
import { memoryBus } from '../../server/realtime/busMemory.js';
import { RedisBus } from '../../server/realtime/busRedis.js';
import { EventLog, presentEvent } from '../../server/realtime/eventLog.js';
import { decodeWake, encodeWake } from '../../server/realtime/wakeText.js';
import { aProject, defineFields } from '../support/people.js';
import { describeEachDialect, describeWith, redisUrl } from '../support/services.js';
import { aTicket, aTicketWorld, give, patchTicket } from '../support/ticketWorld.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followProject, oneTo, until } from './liveWorld.js';

const counting = () => {
  const pages = { new: 0, replay: 0 };
  const observer = {
    onDelivered: () => undefined,
    onPage: (_rows: number, replay: boolean) => void pages[replay ? 'replay' : 'new']++,
  };
  return { pages, observer };
};

const aRow = (row: Pick<EventRow, 'seq' | 'id' | 'at'> & Partial<EventRow>): EventRow => ({
  type: 'project.updated',
  actor_id: null,
  actor_name: null,
  project_id: 'p',
  ticket_id: null,
  audience: 'TEAM',
  reporter_id: null,
  payload: '{}',
  ...row,
});

describeEachDialect('events that come with a wake-up', (dialect) => {
  let world: World;
  afterEach(() => world.close());

  it('are, byte for byte, what a page of the log gives', async () => {
    const wakes: Wake[] = [];
    const bus = { ...memoryBus(), publish: (some: readonly Wake[]) => void wakes.push(...some) };
    const tickets = await aTicketWorld(dialect, { hub: (parts) => aHub(parts, { bus }) });
    world = tickets;
    await defineFields(tickets, tickets.project, { zone: 'NUMBER', a: 'TEXT', bB: 'BOOLEAN' });
    const ticket = await aTicket(tickets, {
      title: 'Ünï "quoted" 🙂',
      customFields: { zone: 1, a: 'b', bB: true },
    });
    await give(tickets, ticket, tickets.bob);
    await patchTicket(tickets, tickets.ann, ticket.id, { priority: 'URGENT', storyPoints: 3 });
    const comment = { ticketId: ticket.id, content: 'psst', visibility: 'INTERNAL' as const };
    await createComment(tickets.deps, tickets.ann, comment);

    const log = new EventLog(world.db);
    const streams = new Set(wakes.map(({ kind, id }) => `${kind}:${id}`));
    let compared = 0;
    for (const stream of streams) {
      const mine = wakes.filter(({ kind, id }) => `${kind}:${id}` === stream);
      const [kind, id] = stream.split(':') as [Wake['kind'], string];
      const carried = mine.flatMap((wake) => decodeWake({ kind, id }, encodeWake(wake))?.rows ?? []).map(presentEvent);
      const read = await log.page({ kind, id }, 0, 1_000, 1_000);
      expect(carried.map((entry) => JSON.stringify(entry))).toEqual(
        read.filter(({ seq }) => seq >= carried[0]!.seq).map((entry) => JSON.stringify(entry)),
      );
      compared += carried.length;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it('spare one who wrote and who follows here every read', async () => {
    const { pages, observer } = counting();
    world = await aLiveWorld(dialect, { observer });
    const { id, seq } = await aProject(world);
    const tap = followProject(world.deps.hub, world.admin, id);
    await until(() => tap.items.length === 1);

    for (let nth = 0; nth < 20; nth++) await append(world, id, 1 + (nth % 3));
    await until(() => tap.seqs.length === 39);
    await tap.stop();

    expect(tap.seqs).toEqual(oneTo(seq + 39).slice(seq));
    expect(pages).toEqual({ new: 0, replay: 0 });
  });

  it('are not believed after a break of the stream: those of the former history may still come', async () => {
    const channel = new EventEmitter();
    world = await aLiveWorld(dialect, { bus: { ...memoryBus(), publish: () => undefined } });
    const node = aHub(world.deps, { bus: memoryBus(channel), pollMs: 50 });
    const { id, seq } = await aProject(world);
    const tap = followProject(node, world.admin, id);
    await until(() => tap.items.length === 1);
    await world.db.sequelize.query(`UPDATE installation SET epoch = '11111111-1111-7111-8111-111111111111'`);
    await until(() => tap.items.some(({ kind }) => kind === 'resync'));

    const former = aRow({ seq: seq + 1, id: 'former', at: new Date().toISOString(), project_id: id });
    channel.emit('wake', { kind: 'project', id, seq: seq + 1, rows: [former] } satisfies Wake);
    // Long enough to find out that the log does not reach that far; who follows may be told to reload once more.
    await sleep(300);
    await append(world, id);
    await until(() => tap.seqs.length === 1);
    await tap.stop();

    expect(tap.items.find(({ kind }) => kind === 'event')).toMatchObject({ type: 'project.updated' });
    expect(JSON.stringify(tap.items)).not.toContain('former');
  });

  it('give way to the log where one is missing', async () => {
    const { pages, observer } = counting();
    const channel = new EventEmitter();
    world = await aLiveWorld(dialect, { bus: { ...memoryBus(), publish: () => undefined } });
    const node = aHub(world.deps, { bus: memoryBus(channel), observer, pollMs: 60_000 });
    const { id, seq } = await aProject(world);
    const tap = followProject(node, world.admin, id);
    await until(() => tap.items.length === 1);
    const last = await append(world, id, 3);
    const [row] = await new EventLog(world.db).page({ kind: 'project', id }, last - 1, last, 1);
    const { event, audience, reporterId } = row as never as { event: any; audience: 'PROJECT'; reporterId: null };
    const forged = { id: event.id, payload: '{"forged":true}', at: event.at, project_id: id };
    const carried = aRow({ seq: last, audience, reporter_id: reporterId, ...forged });

    channel.emit('wake', { kind: 'project', id, seq: last, rows: [carried] } satisfies Wake);
    await until(() => tap.seqs.length === 3);
    await tap.stop();

    expect(tap.seqs).toEqual(oneTo(last).slice(seq));
    expect(JSON.stringify(tap.items)).not.toContain('forged');
    expect(pages.new).toBe(1);
  });
});

describeWith('redis', 'postgres')('two nodes with Redis between them', () => {
  let world: World;
  const buses: RedisBus[] = [];
  beforeEach(() => void (buses.length = 0));
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await world.close();
  });

  it('read the log not once at the head, wherever the event was written', async () => {
    const log: { of?: EventLog } = {};
    const bus = () => {
      const options = { url: redisUrl(), logger: createLogger('silent'), epoch: () => log.of!.epoch() };
      buses.push(new RedisBus(options));
      return buses.at(-1)!;
    };
    const [here, there] = [counting(), counting()];
    world = await aLiveWorld('postgres', { bus: bus(), observer: here.observer, pollMs: 60_000 });
    log.of = new EventLog(world.db);
    const other = aHub(world.deps, { bus: bus(), observer: there.observer, pollMs: 60_000 });
    const { id } = await aProject(world);
    const taps = [world.deps.hub, other].map((hub) => followProject(hub, world.admin, id));
    await until(() => taps.every((tap) => tap.items.length === 1) && buses.every((each) => each.state().up));

    let last = 0;
    for (let nth = 0; nth < 50; nth++) last = await append(world, id);
    await until(() => taps.every((tap) => tap.seqs.at(-1) === last));
    await Promise.all(taps.map((tap) => tap.stop()));

    expect(taps.map((tap) => tap.seqs.length)).toEqual([50, 50]);
    expect([here.pages, there.pages]).toEqual([
      { new: 0, replay: 0 },
      { new: 0, replay: 0 },
    ]);
  });
});

describe('a wake-up as a message', () => {
  const stream = { kind: 'project', id: 'p' } as const;
  const row = aRow({ seq: 7, id: 'e', at: '2026-01-02T03:04:05.678Z' });

  it('carries short events, and of long ones only the number', () => {
    const long = { ...row, payload: JSON.stringify('x'.repeat(17_000)) };

    expect(decodeWake(stream, encodeWake({ ...stream, seq: 7, rows: [row] }))?.rows).toEqual([row]);
    expect(encodeWake({ ...stream, seq: 7, rows: [long] })).toBe('7');
  });

  it.each(['', 'x', '-1', '1.5', '1e9', '[]', ' 7', '{"seq":7}'])('is none: %j', (text) => {
    expect(decodeWake(stream, text)).toBeNull();
  });

  it.each([
    ['nothing', '7 '],
    ['no JSON', '7 [{'],
    ['no list', '7 {}'],
    ['half a row', '7 [{"seq":7}]'],
    ['a row of another project', `7 ${JSON.stringify([{ ...row, project_id: 'q' }])}`],
    ['an audience that does not exist', `7 ${JSON.stringify([{ ...row, audience: 'ALL' }])}`],
    ['a row without audience', `7 ${JSON.stringify([{ ...row, audience: undefined }])}`],
    ['what comes after its number', `7 ${JSON.stringify([{ ...row, seq: 8 }])}`],
  ])('wakes all the same when it carries %s', (_, text) => {
    const wake = decodeWake(stream, text);

    expect(wake).toMatchObject({ ...stream, seq: 7 });
    expect(wake?.rows).toEqual([]);
  });
});
