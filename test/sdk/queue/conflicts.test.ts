import { describe, expect, it, vi } from 'vitest';
import { isBatonError, memoryQueue, memoryStorage, type BatonClient } from '../../../client-sdk/src/index.js';
import { aProxy, aSite, signedIn, type Proxy } from '../realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const quietly = (call: Promise<unknown>) => void call.catch(() => undefined);

interface Scene {
  /** Keeps what they do, behind a network that fails on demand, and looks at the ticket. */
  readonly ann: BatonClient;
  readonly bea: BatonClient;
  readonly proxy: Proxy;
  readonly ticketId: string;
  readonly shown: () => unknown[];
}

async function aScene(): Promise<Scene> {
  const { port, people, projectId } = await aSite();
  const proxy = await aProxy(port);
  const options = { storage: memoryStorage(), queue: memoryQueue() };
  const [ann, bea] = [await signedIn(proxy.port, people.agent, options), await signedIn(port, people.other)];
  const { id } = await bea.tickets.create({ projectId, title: 'Old', storyPoints: 1 });
  const list = ann.tickets.live({ projectId });
  list.subscribe(() => undefined);
  await until(() => expect(list.getSnapshot().items).toHaveLength(1));
  const shown = () =>
    list
      .getSnapshot()
      .items.map(({ title, storyPoints }) => [title, storyPoints])
      .flat();
  return { ann, bea, proxy, ticketId: id, shown };
}
/** What the ticket is on the server. */
const truth = async ({ bea, ticketId }: Scene) => {
  const { title, storyPoints } = await bea.tickets.get({ ticketId });
  return [title, storyPoints];
};
const isDone = ({ ann }: Scene) => until(() => expect(ann.queue.get().waiting).toEqual([]));

describe('edits made while the server is away', () => {
  it('merge with those of other fields, and with one’s own', async () => {
    const scene = await aScene();
    const { ann, bea, proxy, ticketId } = scene;

    proxy.down(true);
    for (const title of ['First', 'Second', 'Third'])
      quietly(ann.tickets.update({ ticketId, patch: { title, description: title } }));
    await bea.tickets.update({ ticketId, patch: { storyPoints: 5 } });
    proxy.down(false);
    await isDone(scene);

    expect(ann.queue.get()).toEqual({ waiting: [], conflicts: [], refused: [] });
    expect(await truth(scene)).toEqual(['Third', 5]);
    await until(() => expect(scene.shown()).toEqual(['Third', 5]));
  });

  it('are refused where others changed the same field, even under one’s own of another, and tell all three values', async () => {
    const scene = await aScene();
    const { ann, bea, proxy, ticketId } = scene;

    proxy.down(true);
    const fine = ann.tickets.update({ ticketId, patch: { title: 'Mine' } });
    const refused = ann.tickets.update({ ticketId, patch: { title: 'Mine again', storyPoints: 2 } });
    quietly(refused);
    await bea.tickets.update({ ticketId, patch: { storyPoints: 5 } });
    proxy.down(false);
    await fine;
    const error = await refused.catch((thrown: unknown) => thrown);
    const [conflict] = ann.queue.get().conflicts;

    expect(isBatonError(error, 'CONFLICT')).toBe(true);
    expect(conflict).toMatchObject({ path: 'tickets.update', error: { code: 'CONFLICT' } });
    expect(conflict?.fields).toEqual({ storyPoints: { yours: 2, theirs: 5, was: 1 } });
    await until(() => expect(scene.shown()).toEqual(['Mine', 5]));
    ann.queue.keepTheirs(conflict!.id);
    await isDone(scene);

    expect(await truth(scene)).toEqual(['Mine again', 5]);
    expect(ann.queue.get()).toEqual({ waiting: [], conflicts: [], refused: [] });
  });

  it.each([
    ['all of mine', undefined, ['Mine', 2]],
    ['one of mine', ['title'], ['Mine', 5]],
    ['none of mine', [], ['Theirs', 5]],
  ])('are settled by keeping %s', async (_, fields, outcome) => {
    const scene = await aScene();
    const { ann, bea, proxy, ticketId } = scene;

    proxy.down(true);
    quietly(ann.tickets.update({ ticketId, patch: { title: 'Mine', storyPoints: 2 } }));
    await bea.tickets.update({ ticketId, patch: { title: 'Theirs', storyPoints: 5 } });
    proxy.down(false);
    await until(() => expect(ann.queue.get().conflicts).toHaveLength(1));
    ann.queue.keepMine(ann.queue.get().conflicts[0]!.id, fields);
    await isDone(scene);

    expect(await truth(scene)).toEqual(outcome);
    expect(ann.queue.get().conflicts).toEqual([]);
    await until(() => expect(scene.shown()).toEqual(outcome));
  });

  it('conflict again when others went on meanwhile', async () => {
    const scene = await aScene();
    const { ann, bea, proxy, ticketId } = scene;
    proxy.down(true);
    quietly(ann.tickets.update({ ticketId, patch: { title: 'Mine' } }));
    await bea.tickets.update({ ticketId, patch: { title: 'Theirs' } });
    proxy.down(false);
    await until(() => expect(ann.queue.get().conflicts).toHaveLength(1));

    await bea.tickets.update({ ticketId, patch: { title: 'Theirs now' } });
    ann.queue.keepMine(ann.queue.get().conflicts[0]!.id);
    await until(() =>
      expect(ann.queue.get().conflicts[0]?.fields).toEqual({
        title: { yours: 'Mine', theirs: 'Theirs now', was: 'Theirs' },
      }),
    );

    expect(await truth(scene)).toEqual(['Theirs now', 1]);
  });

  it('of what was made there too know what they were made on', async () => {
    const scene = await aScene();
    const { ann, bea, proxy } = scene;
    const { projectId } = await bea.tickets.get({ ticketId: scene.ticketId });

    proxy.down(true);
    const making = ann.tickets.create({ projectId, title: 'New', description: 'A' });
    const made = ann.queue.get().waiting[0]!.input['ticketId'] as string;
    for (const title of ['Newer', 'Newest']) quietly(ann.tickets.update({ ticketId: made, patch: { title } }));
    proxy.down(false);
    await making;
    await isDone(scene);

    expect(ann.queue.get().conflicts).toEqual([]);
    expect(await bea.tickets.get({ ticketId: made })).toMatchObject({ title: 'Newest', version: 3 });
  });

  it('expect what their caller says they expect', async () => {
    const scene = await aScene();
    const { ann, bea, ticketId } = scene;
    const { version } = await bea.tickets.update({ ticketId, patch: { title: 'Theirs' } });

    const refused = ann.tickets.update({ ticketId, patch: { title: 'Mine' }, expectedVersion: version - 1 });

    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await truth(scene)).toEqual(['Theirs', 1]);
  });

  it('one after the other, with a good connection, are never in each other’s way', async () => {
    const scene = await aScene();
    const { ann, ticketId } = scene;

    for (let nth = 0; nth < 20; nth++) {
      const call = ann.tickets.update({ ticketId, patch: { storyPoints: nth } });
      if (nth % 3 === 0) await call;
      else quietly(call);
    }
    await isDone(scene);

    expect(ann.queue.get()).toEqual({ waiting: [], conflicts: [], refused: [] });
    expect(await truth(scene)).toEqual(['Old', 19]);
  });

  it.each([
    ['with a queue', true],
    ['without one', false],
  ])('are made on what their maker saw where no list shows it, %s', async (_, isKept) => {
    const { port, people, projectId } = await aSite();
    const bea = await signedIn(port, people.other);
    const ann = await signedIn(port, people.agent, isKept ? { queue: memoryQueue() } : {});
    const seen = await bea.tickets.create({ projectId, title: 'Old', storyPoints: 1 });
    const { id: ticketId } = seen;
    await bea.tickets.update({ ticketId, patch: { title: 'Theirs' } });

    await expect(ann.tickets.update({ ticketId, patch: { title: 'Mine' } }, { seen })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await ann.tickets.update({ ticketId, patch: { storyPoints: 2 } }, { seen });

    expect(await bea.tickets.get({ ticketId })).toMatchObject({ title: 'Theirs', storyPoints: 2 });
    expect(ann.queue.get().conflicts.map(({ isTold }) => isTold)).toEqual(isKept ? [true] : []);
  });

  it('are made one on the other while they wait, also where no list shows the ticket', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const bea = await signedIn(port, people.other);
    const ann = await signedIn(proxy.port, people.agent, { queue: memoryQueue() });
    const seen = await bea.tickets.create({ projectId, title: 'Old', storyPoints: 1 });
    const { id: ticketId } = seen;

    proxy.down(true);
    const first = ann.tickets.update({ ticketId, patch: { title: 'First' } }, { seen });
    const second = ann.tickets.update({ ticketId, patch: { title: 'Second' } }, { seen: { ...seen, title: 'First' } });
    await bea.tickets.update({ ticketId, patch: { storyPoints: 5 } });
    proxy.down(false);
    await Promise.all([first, second]);

    expect(await bea.tickets.get({ ticketId })).toMatchObject({ title: 'Second', storyPoints: 5 });
  });
});
