import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aProject, anAgent, signIn } from '../support/people.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { parsed } from '../support/ticketWorld.js';
import { Pacing } from '../../server/transport/pacing.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

/** 5 s of calls may come at once. */
const PER_SECOND = 10;
const BURST = 50;

describe('pacing', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());
  const stranger = { ip: '192.0.2.1', token: null };
  const known = (pacing: Pacing, token: string, userId: string) => {
    const sender = { ip: '192.0.2.1', token, userId };
    pacing.observing(sender, () => () => undefined)({ path: 'auth.me', type: 'query' })('OK');
    return sender;
  };

  it('lets a burst through and spaces out evenly what comes after', () => {
    const pacing = new Pacing(PER_SECOND);
    const waits = Array.from({ length: BURST + 3 }, () => pacing.arrive(stranger, 1));

    expect(waits.slice(0, BURST)).toEqual(Array(BURST).fill(0));
    expect(waits.slice(BURST).map(Math.round)).toEqual([100, 200, 300]);
    vi.advanceTimersByTime(1_000);
    expect(pacing.arrive(stranger, 1)).toBe(0);
  });

  it('counts each call of a batch, and ten for one that was refused, but not for a lost race', () => {
    const pacing = new Pacing(PER_SECOND);
    pacing.arrive(stranger, BURST - 10);
    pacing.refused(stranger, 'CONFLICT');
    expect(pacing.waitMs(stranger)).toBe(0);
    pacing.refused(stranger, 'NOT_FOUND');
    expect(pacing.arrive(stranger, 1)).toBeCloseTo(100);
  });

  it('counts by person wherever they call from, and not by the address that they share', () => {
    const pacing = new Pacing(PER_SECOND);
    const [ada, bea] = [known(pacing, 'a', 'ada'), known(pacing, 'b', 'bea')];
    pacing.arrive(known(pacing, 'a2', 'ada'), 2 * BURST);

    expect(pacing.waitMs({ ...ada, ip: '192.0.2.2' })).toBeGreaterThan(0);
    expect(pacing.waitMs(bea)).toBe(0);
    expect(pacing.waitMs(stranger)).toBe(0);
  });

  it('lets all come back at once through one proxy, but not with tokens that are made up', () => {
    const pacing = new Pacing(PER_SECOND);
    for (let nth = 0; nth < 1_000; nth++) expect(pacing.arrive({ ip: '192.0.2.1', token: `${nth}` }, 1)).toBe(0);
    for (let nth = 0; nth < 10; nth++) pacing.refused({ ip: '192.0.2.1', token: `made up ${nth}` }, 'UNAUTHENTICATED');

    expect(pacing.arrive({ ip: '192.0.2.1', token: 'another' }, 1)).toBeGreaterThan(0);
  });

  it('lets nobody wait longer than 5 s, and forgets who is even', () => {
    const pacing = new Pacing(PER_SECOND);
    pacing.arrive(stranger, 10_000);
    expect(pacing.waitMs(stranger)).toBe(5_000);
    vi.advanceTimersByTime(10_000);
    pacing.sweep(performance.now());
    expect(pacing.arrive(stranger, 1)).toBe(0);
  });

  it('slows nobody down when it is off', () => {
    const pacing = new Pacing(0);
    expect(pacing.arrive(stranger, 100_000)).toBe(0);
  });
});

describe('a server asked too much by one person', () => {
  let app: LiveApp;
  beforeEach(async () => {
    app = await anApp('sqlite', { callsPerSecond: PER_SECOND });
  });
  afterEach(() => app.close());
  const get = (token: string, path = '/trpc/auth.me') =>
    fetch(`${app.http}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const spend = async (token: string) => {
    for (let nth = 0; nth < BURST / 10; nth++) {
      const answer = await fetch(`${app.http}/trpc/tickets.get?input={}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(400);
    }
  };

  it('answers later, and others at once', async () => {
    const { accessToken } = await signIn(app, await anAgent(app));
    const other = (await signIn(app, app.admin)).accessToken;
    await Promise.all([get(accessToken), get(other)]);
    await spend(accessToken);
    const order: string[] = [];
    const answers = await Promise.all([
      ...[1, 2, 3].map(() => get(accessToken).then((answer) => (order.push('hers'), answer))),
      get(other).then((answer) => (order.push('other'), answer)),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(order[0]).toBe('other');
  });

  const tooMany = { code: 'TOO_MANY_REQUESTS', details: { retryAfterMs: 5_000 } };
  it.each([
    ['/trpc/auth.me', { data: { app: tooMany } }, null],
    ['/api/auth/me', tooMany, '5'],
  ])(
    'refuses what would have to wait for more than 5 s, and says when to come back, at %s',
    async (path, error, retryAfter) => {
      const { accessToken } = await signIn(app, await anAgent(app));
      await get(accessToken);
      const answers = await Promise.all(Array.from({ length: 2 * BURST + 20 }, () => get(accessToken, path)));
      const refused = answers.filter(({ status }) => status === 429);

      expect(refused.length).toBeGreaterThan(0);
      expect(await refused[0]?.json()).toMatchObject({ error });
      expect(refused[0]?.headers.get('retry-after')).toBe(retryAfter);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(BURST);
    },
    20_000,
  );

  it('reads its socket no further for a while, keeps the order, and still sends it events', async () => {
    const { accessToken } = await signIn(app, app.admin);
    const project = await aProject(app);
    const wire = await Wire.open(app.ws, accessToken);
    const stream = wire.begin('subscription', 'live.project', { projectId: project.id });
    await wire.answer(stream);
    const refused = [101, 102, 103, 104, 105, 106];
    wire.send(refused.map((id) => ({ id, method: 'query', params: { path: 'tickets.get', input: {} } })));
    for (const id of refused) await wire.answer(id);
    const read = wire.begin('query', 'auth.me');
    await wire.answer(read);
    const unread = wire.begin('query', 'auth.me');
    const ticket = await createTicket(
      app.deps,
      app.admin,
      parsed(CreateTicketInput, { projectId: project.id, title: 'Meanwhile' }),
    );
    await wire.answer(unread);

    const ids = wire.frames.map(({ id, result }) => (result?.data?.data?.ticketId === ticket.id ? 'event' : id));
    expect(ids.slice(-3)).toEqual([read, 'event', unread]);
    wire.close();
  });
});
