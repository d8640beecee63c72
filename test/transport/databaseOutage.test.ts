import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createMigrator } from '../../server/db/migrator.js';
import type { ChildService } from '../support/childService.js';
import { openTestDatabase } from '../support/database.js';
import { aProject, signIn } from '../support/people.js';
import { describeWith, startPostgres } from '../support/services.js';
import { addPerson, type World } from '../support/world.js';
import { append, oneTo, until } from '../realtime/liveWorld.js';
import { aNode, testConfig, Wire } from './anApp.js';

describeWith('postgres')('while PostgreSQL is killed and started again', () => {
  let postgres: ChildService;
  let node: Awaited<ReturnType<typeof aNode>>;
  let world: World;
  beforeAll(async () => {
    postgres = await startPostgres();
    const db = openTestDatabase(postgres.url);
    await createMigrator(db).up();
    await db.close();
    node = await aNode(testConfig(postgres.url));
    const { deps } = node.app;
    world = { deps, db: deps.db, url: postgres.url, admin: await addPerson(deps, 'ADMIN', 'Ada'), wakes: [] } as never;
  });
  afterAll(() => node.app.close());

  it('streams stay and go on, and those that begin meanwhile begin when it is back', async () => {
    const { id: projectId } = await aProject(world);
    const { accessToken } = await signIn(world, world.admin);
    const [old, young] = [await Wire.open(node.ws, accessToken), await Wire.open(node.ws, accessToken)];
    const stream = old.begin('subscription', 'live.project', { projectId });
    await until(() => old.itemsOf(stream).length === 1);
    await append(world, projectId, 5);

    await postgres.kill();
    const begun = young.begin('subscription', 'live.project', { projectId });
    // Its backends outlive a killed postmaster by a moment, and may still answer.
    const isRefused = async () =>
      (await old.call('query', 'projects.get', { projectId })).error?.data.app.code === 'UNAVAILABLE';
    await vi.waitFor(async () => expect(await isRefused()).toBe(true), { timeout: 10_000 });
    await postgres.start();
    const last = await append(world, projectId, 5);
    await until(
      () => [old.itemsOf(stream), young.itemsOf(begun)].every((items) => items.at(-1)?.seq === last),
      30_000,
      () => ({
        last,
        old: old.frames.filter(({ id }) => id === stream),
        young: young.frames.filter(({ id }) => id === begun),
      }),
    );
    old.close();
    young.close();

    const seqs = old
      .itemsOf(stream)
      .filter(({ kind }) => kind === 'event')
      .map(({ seq }) => seq);
    expect(seqs).toEqual(oneTo(last).slice(last - 10));
  });
});
