import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { statement } from '../../server/db/statement.js';
import { aLog, caseLine, countLog, type LogCount } from '../support/activityLog.js';
import { followHere, followInChild } from '../support/followers.js';
import { findViolations } from '../support/invariants.js';
import { nodeEnv, startNode } from '../support/node.js';
import { aProject } from '../support/people.js';
import { programArgs } from '../support/program.js';
import { describeEachDialect, startRedis, type Dialect } from '../support/services.js';
import { startTcpProxy } from '../support/tcpProxy.js';
import { aWorld } from '../support/world.js';

/** A log made up in the shape of a help desk's, with its dirt; or a real one, which takes two minutes on each database. */
const given = process.env['FOLLOWED_LOG'];
const MINUTE = 60_000;

describeEachDialect('an import followed live', (dialect) => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  it(
    'reaches each follower once and in order, whatever is cut, killed or restarted',
    async () => {
      const stage = await setUp(dialect, closing);
      const { world, node, following } = stage;
      const proxy = await startTcpProxy(node.url);
      closing.push(() => proxy.close());
      const steady = followHere(following);
      const cut = followHere({ ...following, url: proxy.url });
      const restarted = await followInChild(following);
      closing.push(steady.stop, cut.stop, restarted.stop);
      const cutting = setInterval(proxy.cut, 1_000);
      closing.push(() => clearInterval(cutting));

      const importing = runImport(stage);
      await causeTrouble(stage, restarted, importing);
      expect(await importing.exit, importing.output()).toBe(0);
      const head = await headOf(stage);
      const followers = [steady, cut, restarted];
      await until(() => followers.every(({ seen }) => (seen().at(-1) ?? 0) >= head));

      const all = Array.from({ length: head }, (_, index) => index + 1);
      for (const follower of followers) expect(follower.seen()).toEqual(all);
      expect(proxy.cutCount()).toBeGreaterThan(0);
      expect(await countTickets(stage)).toEqual(stage.expected);
      expect(await findViolations(world.db)).toEqual([]);
      tell(stage, head, proxy.cutCount(), importing.tookMs());
    },
    20 * MINUTE,
  );
});

type Stage = Awaited<ReturnType<typeof setUp>>;
type Import = ReturnType<typeof runImport>;

/** Node A is the import's own process; everybody follows on node B, woken by Redis where there is one. */
async function setUp(dialect: Dialect, closing: (() => unknown)[]) {
  const world = await aWorld(dialect);
  closing.push(() => world.close());
  const { id: projectId } = await aProject(world, { key: 'HELP' });
  const { key: token } = await createApiKey(world.deps, world.admin, { name: 'follower', scopes: ['read'] });
  const redis = dialect === 'postgres' ? await startRedis() : null;
  const process = { databaseUrl: world.url, ...(redis ? { redisUrl: redis.url } : {}) };
  const node = await startNode(process);
  const [installation] = await world.db.all<{ epoch: string }>(
    statement('test.epoch', 'SELECT epoch FROM installation'),
    [],
  );
  const following = { url: node.url, token, projectId, firstCursor: `${installation?.epoch}.0` };
  const file = given ?? (await aLog({ cases: 300, seed: 7 }));
  return { dialect, world, process, projectId, redis, node, following, file, expected: await countLog(file) };
}

function runImport({ file, process: options, world }: Stage) {
  const args = ['import', file, '--map', 'imports/helpdesk.json', '--project', 'HELP', '--as', world.admin.email];
  const begun = Date.now();
  const child = spawn(process.execPath, [...programArgs('server/cli/baton.ts'), ...args], {
    env: nodeEnv(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  let ended = 0;
  const exit = once(child, 'exit').then(([code]) => {
    ended = Date.now();
    return code as number | null;
  });
  return { exit, isRunning: () => ended === 0, output: () => output.join(''), tookMs: () => ended - begun };
}

/** As the import goes on: Redis is killed twice, a follower and the node that everybody follows once each. */
async function causeTrouble(stage: Stage, follower: { stop(): unknown; start(): void }, importing: Import) {
  const { redis, node, expected } = stage;
  const trouble: [number, () => Promise<unknown>][] = [
    [0.1, async () => redis && outage(redis, 1_500)],
    [0.25, async () => void (await follower.stop())],
    [0.4, () => outage(node, 300)],
    [0.5, async () => follower.start()],
    [0.65, async () => redis && outage(redis, 1_500)],
  ];
  const atLeast = expected.rows * 1.2;
  for (const [share, cause] of trouble) {
    await until(async () => !importing.isRunning() || (await headOf(stage)) > share * atLeast);
    await cause();
  }
}

async function outage(service: { kill(): Promise<void>; start(): Promise<void> }, ms: number): Promise<void> {
  await service.kill();
  await sleep(ms);
  await service.start();
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15 * MINUTE;
  while (!(await condition()) && Date.now() < deadline) await sleep(50);
}

const head = statement('test.head', 'SELECT event_seq FROM project_counters WHERE project_id = $1');
async function headOf({ world, projectId }: Stage): Promise<number> {
  const [counters] = await world.db.all<{ event_seq: number }>(head, [projectId]);
  return counters?.event_seq ?? 0;
}

const holders = statement(
  'test.holders',
  `SELECT t.external_id, t.status, h.new_developer FROM tickets t
   JOIN assignment_history h ON h.ticket_id = t.id AND h.new_developer IS NOT NULL ORDER BY t.external_id, h.seq`,
);
/** What the database came to, in the words of {@link countLog}. */
async function countTickets({ world, expected }: Stage): Promise<LogCount> {
  const rows = await world.db.all<{ external_id: string; status: string; new_developer: string }>(holders, []);
  const cases = new Map<string, { status: string; names: string[] }>();
  for (const { external_id, status, new_developer } of rows) {
    const known = cases.get(external_id) ?? { status, names: [] };
    if (known.names.at(-1) !== new_developer) known.names.push(new_developer);
    cases.set(external_id, known);
  }
  const lines = [...cases].map(([caseId, { names, status }]) => caseLine(caseId, names, status));
  const personChanges = [...cases.values()].reduce((sum, { names }) => sum + names.length - 1, 0);
  return { rows: expected.rows, personChanges, cases: lines.toSorted() };
}

function tell({ dialect, expected }: Stage, events: number, cuts: number, tookMs: number): void {
  const { rows, cases, personChanges } = expected;
  const log = `${rows} rows, ${cases.length} cases, ${personChanges} changes of person`;
  process.stdout.write(
    `followed import (${dialect}): ${log}; ${events} events to each of 3 followers, ${cuts} cuts, ${(tookMs / 1000).toFixed(1)} s\n`,
  );
}
