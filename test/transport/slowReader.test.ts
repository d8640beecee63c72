import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { until } from '../realtime/liveWorld.js';
import { aProject, signIn } from '../support/people.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

let app: LiveApp;
let token: string;
beforeAll(async () => {
  app = await anApp('sqlite');
  token = (await signIn(app, app.admin)).accessToken;
});
afterAll(() => app.close());

/** Publishes megabytes in events of 20 KB. */
const publish = async (projectId: string, megabytes: number) => {
  const call = { actor: app.admin, procedure: 'test.publish', input: {} };
  let last = 0;
  for (let nth = 0; nth < megabytes; nth++) {
    await inUnitOfWork(app.deps, call, async ({ record }) => {
      const { seq } = await record.number(projectId, { events: 50 });
      for (let at = 0; at < 50; at++) {
        const payload = { project: { name: 'x'.repeat(20_000) }, changes: {} } as never;
        const event = { seq: seq + at, projectId, type: 'project.updated', ticketId: null } as const;
        record.append({ ...event, audience: 'PROJECT', reporterId: null, payload });
      }
      last = seq + 49;
    });
  }
  return last;
};

const cursorOf = (wire: Wire, id: number) =>
  wire.frames.findLast((frame) => frame.id === id && frame.result?.id)?.result?.id;

describe('a reader that stops', () => {
  it('is closed with 4008, costs little memory, holds up nobody, and resumes with nothing lost', async () => {
    const { id: projectId } = await aProject(app);
    const input = { projectId };
    const [healthy, slow] = [await Wire.open(app.ws, token), await Wire.open(app.ws, token)];
    const [fast, stuck] = [healthy, slow].map((wire) => wire.begin('subscription', 'live.project', input)) as [
      number,
      number,
    ];
    await until(() => healthy.itemsOf(fast).length + slow.itemsOf(stuck).length === 2);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;

    slow.ws.pause();
    const last = await publish(projectId, 40);
    await until(() => healthy.itemsOf(fast).at(-1)?.seq === last, 20_000);
    const grown = process.memoryUsage().rss - before;
    await new Promise((resolve) => setTimeout(resolve, 16_500));
    slow.ws.resume();
    const { code } = await slow.closed;
    const back = await Wire.open(app.ws, token);
    const resumed = back.begin('subscription', 'live.project', input, cursorOf(slow, stuck));
    await until(() => back.itemsOf(resumed).at(-1)?.kind === 'ready', 20_000);
    healthy.close();
    back.close();

    const seqs = [...slow.itemsOf(stuck), ...back.itemsOf(resumed)].filter((i) => i.kind === 'event').map((i) => i.seq);
    expect([4008, 1006]).toContain(code);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, nth) => last - seqs.length + 1 + nth));
    expect(healthy.itemsOf(fast).filter(({ kind }) => kind === 'event')).toHaveLength(2_000);
    // The test's own healthy reader keeps its 40 MB as text and as objects.
    expect(grown).toBeLessThan(250 * 1024 * 1024);
  }, 60_000);

  it('of Server-Sent Events is cut off', async () => {
    const { id: projectId } = await aProject(app);
    const url = new URL(`${app.http}/trpc/live.project?input=${encodeURIComponent(JSON.stringify({ projectId }))}`);
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const response = await new Promise<IncomingMessage>((resolve) => request(url, { headers }, resolve).end());
    let received = 0;
    response.on('data', (chunk: Buffer) => (received += chunk.length));
    const cut = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => undefined);
    await until(() => received > 0);

    response.pause();
    await publish(projectId, 40);
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    response.resume();
    await cut;

    expect(received).toBeLessThan(20 * 1024 * 1024);
  }, 60_000);
});
