import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldTickets, noTickets } from '../../contract/foldTickets.js';
import type { TicketSort } from '../../contract/ticketInputs.js';
import { openDatabase } from '../../server/db/database.js';
import { createMigrator } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import { createLogger } from '../../server/kernel/logger.js';
import { until } from '../realtime/liveWorld.js';
import type { ChildService } from '../support/childService.js';
import { findBaseBackup } from '../support/executables.js';
import { openTestDatabase } from '../support/database.js';
import { aProject, join, signIn } from '../support/people.js';
import { runSql } from '../support/postgresServer.js';
import { startReplicaServer } from '../support/replicaServer.js';
import { describeWith, releaseLater, startPostgres } from '../support/services.js';
import { addPerson, type Person, type World } from '../support/world.js';
import { aNode, testConfig, Wire } from '../transport/anApp.js';

const ROUNDS = 100;

describeWith('postgres')('with a replica that follows', () => {
  describe.skipIf(findBaseBackup() === null)('the primary', () => {
    let [primary, replica]: ChildService[] = [];
    let [writing, reading]: Awaited<ReturnType<typeof aNode>>[] = [];
    let [write, read]: Wire[] = [];
    let world: World;
    let agent: Person;
    let projectId = '';
    let nth = 0;

    const counts = () => ({ ...reading!.app.deps.db.replicas!.counts });
    const states = () => reading!.app.deps.db.replicas!.states.map(({ state }) => state);
    const isReady = () => until(() => states()[0] === 'ready', 10_000);
    const onReplica = (sql: string) => runSql(replica!.url, sql);

    const newest = { limit: 1, sort: { by: 'createdAt', dir: 'desc' } };

    /** Writes at one node and reads at once at the other what must show it. @returns how many reads did not. */
    async function staleReads(rounds: number): Promise<number> {
      let stale = 0;
      for (let round = 0; round < rounds; round++) {
        const title = `ticket ${++nth}`;
        const made = await write!.call('mutation', 'tickets.create', { projectId, title });
        const ticketId = made.result!.data.id;
        const answers = await Promise.all([
          read!.call('query', 'tickets.list', { projectId, ...newest }),
          read!.call('query', 'tickets.get', { ticketId }),
          read!.call('query', 'tickets.counts', { projectId }),
        ]);
        const [list, one, kept] = answers.map(({ result }) => result?.data);
        if (list.items[0]?.title !== title || one?.title !== title || kept.total !== nth) stale++;
      }
      return stale;
    }

    beforeAll(async () => {
      primary = await startPostgres();
      const db = openTestDatabase(primary.url);
      await createMigrator(db).up();
      await db.close();
      replica = releaseLater(await startReplicaServer(primary));
      const config = testConfig(primary.url, { replicaUrls: [replica.url] });
      [writing, reading] = [await aNode(testConfig(primary.url)), await aNode(config)];
      const { deps } = writing.app;
      const admin = await addPerson(deps, 'ADMIN', 'Ada');
      world = { deps, db: deps.db, url: primary.url, admin, wakes: [] } as never;
      agent = await addPerson(deps, 'AGENT', 'Ben');
      ({ id: projectId } = await aProject(world, { members: [agent] }));
      const { accessToken } = await signIn(world, admin);
      [write, read] = [await Wire.open(writing.ws, accessToken), await Wire.open(reading.ws, accessToken)];
      await isReady();
    });
    afterAll(async () => {
      for (const wire of [write, read]) wire?.close();
      await Promise.all([writing?.app.close(), reading?.app.close()]);
    });

    it('is spared the reads, and nobody is shown less than was acknowledged by any node before', async () => {
      const before = counts();
      const served = async () =>
        Number((await onReplica("SELECT xact_commit AS n FROM pg_stat_database WHERE datname = 'postgres'"))[0]?.['n']);
      const servedBefore = await served();

      expect(await staleReads(ROUNDS)).toBe(0);

      const { replica: there, primary: here } = counts();
      expect(there - before.replica).toBeGreaterThan(2 * (here - before.primary));
      expect(there - before.replica).toBeGreaterThan(ROUNDS);
      // PostgreSQL itself counted them; a connection tells now and then what it did.
      for (let tries = 0; (await served()) - servedBefore <= ROUNDS && tries < 50; tries++) await sleep(100);
      expect((await served()) - servedBefore).toBeGreaterThan(ROUNDS);
    });

    it('reads on at the replica when a column is added: there as well statements are prepared anew', async () => {
      expect(await staleReads(20)).toBe(0);
      const added =
        "SELECT count(*)::int AS n FROM information_schema.columns WHERE column_name = 'of_the_next_version'";
      await world.db.all(adHoc('ALTER TABLE tickets ADD COLUMN of_the_next_version TEXT'), []);
      while ((await onReplica(added))[0]?.['n'] !== 1) await sleep(20);

      const before = counts();
      const lists = await Promise.all(
        Array.from({ length: 10 }, () => read!.call('query', 'tickets.list', { projectId, ...newest })),
      );

      for (const { result } of lists) expect(result?.data.items).toHaveLength(1);
      expect(counts().replica).toBeGreaterThanOrEqual(before.replica + 10);
      expect(counts()).toMatchObject({ primary: before.primary, again: before.again });
      expect(states()).toEqual(['ready']);
    });

    it('answers by itself while the replica stands still or follows late, and the replica is read again after', async () => {
      await onReplica('SELECT pg_wal_replay_pause()');
      expect(await staleReads(20)).toBe(0);
      const paused = counts();
      expect(await staleReads(20)).toBe(0);
      expect(counts().replica).toBe(paused.replica);
      expect(states()).toEqual(['behind']);
      await onReplica('SELECT pg_wal_replay_resume()');
      await isReady();

      await onReplica("ALTER SYSTEM SET recovery_min_apply_delay = '40ms'");
      await onReplica('SELECT pg_reload_conf()');
      expect(await staleReads(40)).toBe(0);
      await onReplica('ALTER SYSTEM RESET recovery_min_apply_delay');
      await onReplica('SELECT pg_reload_conf()');
      await isReady();

      const before = counts();
      expect(await staleReads(10)).toBe(0);
      expect(counts().replica).toBeGreaterThan(before.replica);
    });

    it('shows nothing to whoever was taken out of the project, wherever that was acknowledged', async () => {
      const { accessToken } = await signIn(world, agent);
      const wire = await Wire.open(reading!.ws, accessToken);
      for (let round = 0; round < 10; round++) {
        const seen = await wire.call('query', 'projects.get', { projectId });
        expect(seen.result?.data.id).toBe(projectId);
        await write!.call('mutation', 'projects.members.remove', { projectId, userId: agent.userId });
        const refused = await wire.call('query', 'projects.get', { projectId });
        expect(refused.error?.data.app.code).toBe('NOT_FOUND');
        await join(world, { id: projectId }, agent, 'MEMBER');
      }
      wire.close();
    });

    it('gives live queries their rows with the place in the log that they stand for', async () => {
      const before = counts();
      const sort: TicketSort = { by: 'createdAt', dir: 'desc' };
      for (let limit = 1; limit <= 10; limit++) {
        await write!.call('mutation', 'tickets.create', { projectId, title: `ticket ${++nth}` });
        // Another question each time, so that none is answered from memory; and something happens while it is read.
        const id = read!.begin('subscription', 'live.tickets', { projectId, sort, limit });
        await write!.call('mutation', 'tickets.create', { projectId, title: `ticket ${++nth}` });
        const view = () => read!.itemsOf(id).reduce((all, item) => foldTickets(all, item, sort), noTickets);
        await until(() => view().items[0]?.title === `ticket ${nth}`, 5_000);
        read!.send({ id, method: 'subscription.stop' });

        const { result } = await read!.call('query', 'tickets.list', { projectId, sort, limit });
        expect(view().items).toEqual(result!.data.items);
        expect(view().counts.total).toBe(nth);
      }
      expect(counts().replica).toBeGreaterThan(before.replica);
    });

    it('answers every read while the replica dies, hangs and comes back', async () => {
      await replica!.kill();
      expect(await staleReads(10)).toBe(0);
      expect(states()).toEqual(['down']);
      await replica!.start();
      await isReady();

      replica!.sleep();
      const began = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => read!.call('query', 'tickets.counts', { projectId })),
      );
      expect(answers.every(({ result }) => result !== undefined)).toBe(true);
      expect(performance.now() - began).toBeLessThan(3_000);
      await until(() => states()[0] === 'down', 5_000);
      replica!.wake();
      await isReady();
      const before = counts();
      expect(await staleReads(10)).toBe(0);
      expect(counts().replica).toBeGreaterThan(before.replica);
    });

    // What it waits for may add up to more than other tests are given.
    it(
      'is asked itself where one address leads to replicas that have not come equally far',
      { timeout: 120_000 },
      async () => {
        const late = releaseLater(await startReplicaServer(primary!));
        let turn = 0;
        const clients = new Set<Socket>();
        const balancer = createServer((client) => {
          clients.add(client);
          client.once('close', () => clients.delete(client));
          const server = connect(++turn % 2 === 0 ? late.port : replica!.port, '127.0.0.1');
          for (const one of [client, server]) one.on('error', () => undefined);
          client.pipe(server).pipe(client);
        });
        balancer.listen(0, '127.0.0.1');
        await once(balancer, 'listening');
        const { port } = balancer.address() as AddressInfo;
        const db = openDatabase({
          url: primary!.url,
          poolSize: 4,
          ssl: false,
          prepared: true,
          log: createLogger('silent'),
          replicaUrls: [`postgres://postgres@127.0.0.1:${port}/postgres`],
        });
        const count = adHoc('SELECT count(*) AS n FROM tickets');
        // The first connection asks how far the address has come, so the later ones are those that lag.
        await until(
          () => db.replicas!.states[0]?.state === 'ready',
          30_000,
          () => db.replicas!.states,
        );
        await runSql(late.url, 'SELECT pg_wal_replay_pause()');

        // Whether a read is asked of one that lags is for the machine to say: where the other needs longer to come so far than a read waits for it,
        // and where it is the one that lags that was asked how far the address has come, reads go to the primary at once.
        const comesReady = () =>
          until(() => db.replicas!.states[0]?.state === 'ready', 2_000).then(
            () => true,
            () => false,
          );
        for (let round = 0; round < 6 || (db.replicas!.counts.again === 0 && round < 100); round++) {
          await write!.call('mutation', 'tickets.create', { projectId, title: `ticket ${++nth}` });
          const found = await Promise.all(
            Array.from({ length: 3 }, () => db.forReading().all<{ n: string }>(count, [])),
          );
          expect(found.map(([row]) => Number(row?.n))).toEqual([nth, nth, nth]);
          // The connections are dealt anew.
          if (!(await comesReady())) for (const client of clients) client.destroy();
        }
        expect(db.replicas!.counts.again).toBeGreaterThan(0);
        await db.close();
        balancer.close();
      },
    );

    it('is not read in the name of one that became a server of its own', async () => {
      await onReplica('SELECT pg_promote()');
      await until(() => states()[0] === 'down', 5_000);
      await sleep(50);
      expect(await staleReads(10)).toBe(0);
      expect(states()).toEqual(['down']);
    });
  });
});
