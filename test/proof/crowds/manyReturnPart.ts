import { buildBench } from '../../bench/build.js';
import { startChild, type Child } from '../../bench/processes.js';
import { seedWorld } from '../../bench/seed.js';
import { startServer, type BatonServer } from '../../bench/services.js';
import type { ConnectRequest, Returned, ReturnRequest, WriteRequest } from '../../bench/storm/loader.js';
import { accessTokens } from '../../bench/tokens.js';
import type { Violation } from '../checker/violation.js';
import type { Part } from '../parts.js';

const PEOPLE = 20;
const PROJECTS = 10;
const LONGEST_MS = 20_000;
const MOST_QUERIES = 2;

/** How far behind they are when they come back, in events over all projects; and to whom they come. */
interface Case {
  readonly name: string;
  readonly missed: number;
  readonly restarted: boolean;
}
const cases: readonly Case[] = [
  { name: 'at the head', missed: 0, restarted: false },
  { name: '500 events missed', missed: 500, restarted: false },
  { name: 'at the head of a server just started', missed: 0, restarted: true },
  { name: '500 missed, just started', missed: 500, restarted: true },
];
interface Crowd {
  readonly loader: Child;
  readonly tokens: readonly string[];
  readonly databaseUrl: string;
  readonly clients: number;
}
interface Comeback extends Returned {
  readonly statements: number;
}

const startNode = ({ databaseUrl }: Crowd): Promise<BatonServer> =>
  startServer({
    name: 'proof-crowd',
    script: import.meta.resolve('../../bench/storm/batonServer.ts'),
    databaseUrl,
    redisUrl: null,
  });

/** All are there, all are cut at once, some time passes without them, all come back at once. */
async function comeBack(crowd: Crowd, server: BatonServer, { missed, restarted }: Case) {
  const { loader, clients, tokens } = crowd;
  const request: ConnectRequest = { port: server.port, clients, tokens: tokens.slice(0, PEOPLE), projects: PROJECTS };
  await loader.call('connect', request);
  await loader.call('cut');
  const write: WriteRequest = { port: server.port, token: tokens[0] ?? '', events: missed, projects: PROJECTS };
  await loader.call('write', write);
  if (restarted) await server.end();
  const there = restarted ? await startNode(crowd) : server;
  const before = await there.call<number>('statements');
  const back: ReturnRequest = { port: there.port, forget: 0 };
  const returned = await loader.call<Returned>('comeBack', back);
  const statements = (await there.call<number>('statements')) - before;
  await loader.call('leave');
  return { there, seen: { ...returned, statements } };
}

/** What their clients themselves demand, each event once and in order, ends the call of the loader when it is not so. */
function judge(
  name: string,
  { clients }: Crowd,
  { liveMs, statements, events }: Comeback,
  missed: number,
): Violation[] {
  const violations: Violation[] = [];
  if (liveMs > LONGEST_MS)
    violations.push({ check: 'LIVE', what: `${clients} ${name}: all were back after ${Math.round(liveMs)} ms only` });
  if (statements > MOST_QUERIES * clients)
    violations.push({ check: 'LIVE', what: `${clients} ${name}: ${statements} statements for so many who come back` });
  // The first answer to whoever reported a ticket is an event as well.
  if (events < (clients * missed) / PROJECTS)
    violations.push({
      check: 'STREAM',
      what: `${clients} ${name}: ${events} events, and each had missed ${missed / PROJECTS}`,
    });
  return violations;
}

async function runCases(crowd: Crowd, chosen: readonly Case[]) {
  const violations: Violation[] = [];
  const seen: Record<string, object> = {};
  let deliveries = 0;
  let server = await startNode(crowd);
  try {
    for (const one of chosen) {
      const { there, seen: figures } = await comeBack(crowd, server, one);
      server = there;
      violations.push(...judge(one.name, crowd, figures, one.missed));
      deliveries += figures.events;
      const { liveMs, halfMs, statements, losses } = figures;
      seen[one.name] = { halfMs, liveMs, queriesEach: statements / crowd.clients, losses };
    }
  } catch (error) {
    violations.push({ check: 'STREAM', what: error instanceof Error ? error.message : String(error) });
  } finally {
    await server.end();
  }
  return { violations, deliveries, seen };
}

/** A11: thousands of sockets that are cut at once, and come back and go on at once. */
export const manyReturnPart: Part = {
  name: 'many return',
  shards: { ci: 1, long: 1 },
  lane: 'alone',
  run: async ({ services, options, say }, shard, seed) => {
    const began = performance.now();
    if (!(await buildBench())) throw new Error('the loader does not compile');
    const isShort = options.profile === 'ci';
    const clients = isShort ? 1_000 : 5_000;
    // The last is the hardest of them.
    const chosen = isShort ? cases.slice(-1) : cases;
    const { url: databaseUrl, drop } = await services.database('postgres');
    await seedWorld(databaseUrl);
    const loader = startChild({
      name: 'proof-loader',
      script: import.meta.resolve('../../bench/storm/loader.ts'),
      role: 'loader',
    });
    try {
      const { violations, deliveries, seen } = await runCases(
        {
          loader,
          tokens: await accessTokens(),
          databaseUrl,
          clients,
        },
        chosen,
      );
      say(`  ${JSON.stringify(seen)}`);
      const notes = { clients, seen };
      const counted = { cycles: chosen.length, operations: chosen.length * clients, deliveries, recoveries: [] };
      const seconds = (performance.now() - began) / 1_000;
      return { part: 'many return', shard, seed, ...counted, violations, seconds, notes };
    } finally {
      await loader.end();
      await drop();
    }
  },
};
