import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logout } from '../../server/features/auth/commands/logout.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { append, until } from '../realtime/liveWorld.js';
import { aProject, anAgent, signIn } from '../support/people.js';
import { anApp, aNode, frame as maskedFrame, upgrade, Wire, type LiveApp } from './anApp.js';

let app: LiveApp;
beforeEach(async () => {
  app = await anApp('sqlite');
});
afterEach(() => app.close());

const timed = async <Result>(work: Promise<Result>): Promise<[Result, number]> => {
  const begun = performance.now();
  return [await work, performance.now() - begun];
};

describe('a socket on which nobody signs in', () => {
  it('is closed with 4001 after 5 seconds: it says nothing, never sends the token it promised, or shows a bad one', async () => {
    const wires = await Promise.all([undefined, null, 'bad'].map((token) => Wire.open(app.ws, token)));
    const pings = setInterval(() => wires.forEach(({ ws }) => ws.ping()), 500);

    const ends = await Promise.all(wires.map(({ closed }) => timed(closed)));
    clearInterval(pings);

    for (const [{ code }, ms] of ends) {
      expect(code).toBe(4001);
      expect(ms).toBeGreaterThan(4_500);
      expect(ms).toBeLessThan(6_500);
    }
  });

  it('stays open when its token is good, though no call was made', async () => {
    const { accessToken } = await signIn(app, app.admin);
    const wire = await Wire.open(app.ws, accessToken);

    await Promise.race([wire.closed, new Promise((resolve) => setTimeout(resolve, 5_500))]);
    const me = await wire.call('query', 'auth.me');
    wire.close();

    expect(me.result?.type).toBe('data');
  });

  it('may call what is open to everybody, and nothing else', async () => {
    const wire = await Wire.open(app.ws);

    const secret = await wire.call('query', 'projects.list', {});
    const stream = await wire.call('subscription', 'live.me');
    wire.close();

    expect(secret.error?.data.app.code).toBe('UNAUTHENTICATED');
    expect(stream.error?.data.app.code).toBe('UNAUTHENTICATED');
  });
});

describe('a socket that outlives its right to be', () => {
  it('is closed with 4001 when its token expires, unless a fresh one came before', async () => {
    const brief = await aNode({ ...app.config, accessTokenTtlMs: 5_000 });
    const world = { ...app, deps: brief.app.deps };
    const { accessToken } = await signIn(world, app.admin);
    const [renewed, left] = [await Wire.open(brief.ws, accessToken), await Wire.open(brief.ws, accessToken)];
    const stream = renewed.begin('subscription', 'live.me');
    await Promise.all([renewed.answer(stream), left.call('query', 'auth.me')]);

    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const fresh = await signIn(world, app.admin);
    const reply = await renewed.call('mutation', 'auth.renew', { accessToken: fresh.accessToken });
    const [{ code }, ms] = await timed(left.closed);
    const isOpen = renewed.ws.readyState === renewed.ws.OPEN;
    const last = await renewed.closed;
    await brief.app.close();

    expect(reply.result?.data).toEqual({ done: true });
    expect(code).toBe(4001);
    expect(ms).toBeLessThan(4_500);
    expect(isOpen).toBe(true);
    expect(last.code).toBe(4001);
  });

  it('is closed with 4001 within a second of signing out, also when another node did it', async () => {
    const other = await aNode(app.config);
    const { actor, accessToken } = await signIn(app, app.admin);
    const wires = [await Wire.open(app.ws, accessToken), await Wire.open(other.ws, accessToken)];
    for (const wire of wires) await wire.call('query', 'auth.me');
    await new Promise((resolve) => setTimeout(resolve, 100));

    await logout(app.deps, actor, {});
    const [codes, ms] = await timed(Promise.all(wires.map(async (wire) => (await wire.closed).code)));
    await other.app.close();

    expect(codes).toEqual([4001, 4001]);
    expect(ms).toBeLessThan(1_000);
  });

  it('is answered what it had asked before', async () => {
    // To look at a password takes it some 20 ms.
    const slow = await aNode(app.config, { auth: { passwordCost: { memoryKiB: 8 * 1024, passes: 3 } } });
    const { actor, accessToken } = await signIn(app, app.admin);
    const wire = await Wire.open(slow.ws, accessToken);
    await wire.call('query', 'auth.me');
    await new Promise((resolve) => setTimeout(resolve, 100));

    const guess = { email: 'nobody@example.com', password: 'a guess of some length' };
    const asked = wire.begin('mutation', 'auth.login', guess);
    await logout(slow.app.deps, actor, {});
    const { code } = await wire.closed;
    await slow.app.close();

    expect(code).toBe(4001);
    expect(wire.frames.find(({ id }) => id === asked)?.error?.data.app.code).toBe('UNAUTHENTICATED');
  });

  it('is closed with 4003 when the person is deactivated', async () => {
    const ben = await anAgent(app);
    const { accessToken } = await signIn(app, ben);
    const wire = await Wire.open(app.ws, accessToken);
    await wire.call('query', 'auth.me');

    await deactivateUser(app.deps, app.admin, { userId: ben.userId });
    const [{ code }, ms] = await timed(wire.closed);

    expect(code).toBe(4003);
    expect(ms).toBeLessThan(1_000);
  });

  it('stays when only one project is lost: that subscription ends with FORBIDDEN', async () => {
    const ben = await anAgent(app);
    const [kept, lost] = [await aProject(app, { members: [ben] }), await aProject(app, { members: [ben] })];
    const wire = await Wire.open(app.ws, (await signIn(app, ben)).accessToken);
    const streams = [kept, lost].map(({ id }) => wire.begin('subscription', 'live.project', { projectId: id }));
    await until(() => streams.every((id) => wire.itemsOf(id).length === 1));

    await removeMember(app.deps, app.admin, { projectId: lost.id, userId: ben.userId });
    await until(() => wire.frames.some(({ error }) => error));
    await append(app, lost.id);
    const seq = await append(app, kept.id);
    await until(() => wire.itemsOf(streams[0]!).at(-1)?.seq === seq);
    wire.close();

    const { error } = wire.frames.find((frame) => frame.error)!;
    expect(error?.data).toMatchObject({ code: 'FORBIDDEN', httpStatus: 403, app: { code: 'FORBIDDEN' } });
    expect(wire.itemsOf(streams[1]!)).toHaveLength(1);
  });
});

describe('a socket that is being closed', () => {
  it('is sent no item after the close frame, though its client does not answer it', async () => {
    const { id: projectId } = await aProject(app);
    const { accessToken: token } = await signIn(app, app.admin);
    const { socket, received } = await upgrade(app.http, '/trpc?connectionParams=1');
    const say = (message: object | string) =>
      socket.write(maskedFrame(0x81, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))));
    say({ method: 'connectionParams', data: { token } });
    say({ id: 1, method: 'subscription', params: { path: 'live.project', input: { projectId } } });
    await until(() => received().includes('"ready"'));

    for (let nth = 0; nth < 500; nth++) say('PONG');
    await until(() => received().includes('too many messages'));
    await append(app, projectId, 3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const isCut = socket.destroyed;
    const after = received();
    socket.destroy();

    expect(isCut).toBe(false);
    expect(after.subarray(-'too many messages'.length).toString()).toBe('too many messages');
  });
});

describe('the subscriptions of a socket', () => {
  it('are 50 at most, a place is free again after a stop, and who keeps asking is closed with 4009', async () => {
    const { accessToken } = await signIn(app, app.admin);
    const wire = await Wire.open(app.ws, accessToken);
    const ids = Array.from({ length: 50 }, () => wire.begin('subscription', 'live.me'));
    await until(() => ids.every((id) => wire.itemsOf(id).length === 1));

    const tooMany = await wire.call('subscription', 'live.me');
    wire.send({ id: ids[0], method: 'subscription.stop' });
    await until(() => wire.frames.some(({ id, result }) => id === ids[0] && result?.type === 'stopped'));
    const again = wire.begin('subscription', 'live.me');
    await until(() => wire.itemsOf(again).length === 1);
    for (let nth = 0; nth < 25; nth++) wire.begin('subscription', 'live.me');
    const { code } = await wire.closed;

    expect(tooMany.error?.data.app).toMatchObject({ code: 'TOO_MANY_REQUESTS', details: { limit: 50 } });
    expect(code).toBe(4009);
  });

  it('leave their id to the next one with their stop, also when they have not begun', async () => {
    const { id: projectId } = await aProject(app);
    const { accessToken } = await signIn(app, app.admin);
    const wire = await Wire.open(app.ws, accessToken);
    const follow = { id: 'same', method: 'subscription', params: { path: 'live.project', input: { projectId } } };
    const stop = { id: 'same', method: 'subscription.stop' };

    for (const message of [follow, stop, follow, stop, follow]) wire.send(message);
    const told = () =>
      wire.frames.map(({ result, error }) => error?.message ?? result?.data?.data.kind ?? result?.type);
    await until(() => told().includes('ready'));
    await append(app, projectId);
    await until(() => told().includes('event'));
    wire.close();

    expect(told()).toEqual(['stopped', 'stopped', 'started', 'ready', 'event']);
  });

  it('give their place back when they were refused', async () => {
    const { accessToken } = await signIn(app, app.admin);
    const wire = await Wire.open(app.ws, accessToken);
    const unknown = { projectId: '0198f0a0-0000-7000-8000-000000000000' };

    for (let nth = 0; nth < 60; nth++) {
      const { error } = await wire.call('subscription', 'live.project', unknown);
      expect(error?.data.app.code).toBe('NOT_FOUND');
    }
    wire.close();
  });
});
