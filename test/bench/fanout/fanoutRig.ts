import { runSql } from '../../support/postgresServer.js';
import { startChild, type Child } from '../processes.js';
import { seededTemplate, seedWorld } from '../seed.js';
import { databaseOn, startBaton, type BenchTools } from '../services.js';
import { authEnvironment } from '../tokens.js';
import type { DialectName } from './dialects.js';
import { commentFor, EVENT_BYTES, followed } from './event.js';
import type { Publishing } from './loader.js';

export type System = 'raw' | 'stock' | 'socketIo' | 'feathers' | 'feathersWhole' | 'baton' | 'batonFanout';

export const systemNames: Record<System, string> = {
  raw: 'ws, one shared frame (raw)',
  stock: 'stock tRPC',
  socketIo: 'Socket.IO',
  feathers: 'Feathers',
  feathersWhole: 'Feathers, by its comments',
  baton: 'Baton, by comments.create',
  batonFanout: 'Baton, fan-out alone',
};

export interface Server {
  readonly child: Child;
  readonly port: number;
  readonly dialect: DialectName;
  readonly publish: Publishing;
}
/** The processes that take part. */
export interface Rig<Present extends System> {
  readonly loader: Child;
  readonly servers: Readonly<Record<Present, Server>>;
  end(): Promise<void>;
}

export async function startRig<Present extends System>(
  tools: BenchTools,
  systems: readonly Present[],
): Promise<Rig<Present>> {
  const loader = startLoader('loader', import.meta.resolve('./loader.ts'));
  const servers: Partial<Record<System, Server>> = {};
  for (const system of systems) servers[system] = await starters[system](tools);
  const children = [loader, ...Object.values(servers).map(({ child }) => child)];
  return {
    loader,
    servers: servers as Record<Present, Server>,
    end: async () => void (await Promise.all(children.map((child) => child.end()))),
  };
}

export const startBystander = (): Child => startLoader('bystander', import.meta.resolve('./bystander.ts'));

const startLoader = (name: string, script: string): Child =>
  startChild({ name: `fanout-${name}`, script, role: 'loader' });

type Starter = (tools: BenchTools) => Promise<Server>;

const starters: Record<System, Starter> = {
  raw: peer('raw', 'trpc', import.meta.resolve('./rawServer.ts')),
  stock: peer('stock', 'trpc', import.meta.resolve('./stockServer.ts')),
  socketIo: peer('socket-io', 'socketIo', import.meta.resolve('./socketIoServer.ts')),
  feathers: (tools) => startFeathers(tools, { path: '/publish', body: null }),
  feathersWhole: (tools) => startFeathers(tools, { path: '/comments', body: aComment }),
  baton: startWhole,
  batonFanout: startFanoutAlone,
};

function peer(name: string, dialect: DialectName, script: string): Starter {
  return async ({ options: { profile } }) => {
    const child = startChild({ name: `fanout-${name}`, script, role: 'server', profile });
    const port = await child.call<number>('port');
    return { child, port, dialect, publish: { port, path: '/publish', body: null } };
  };
}

const aComment = { ticketId: followed.ticketId, content: commentFor(EVENT_BYTES) };

async function startFeathers(
  { options: { profile }, services }: BenchTools,
  publish: Omit<Publishing, 'port'>,
): Promise<Server> {
  const environment = { ...authEnvironment, NODE_ENV: 'production', DATABASE_URL: await followedWorld(services) };
  const script = import.meta.resolve('./feathersServer.ts');
  const child = startChild({ name: 'fanout-feathers', script, role: 'server', profile, environment });
  const port = await child.call<number>('port');
  return { child, port, dialect: 'socketIo', publish: { ...publish, port } };
}

async function startWhole({ options: { profile }, services }: BenchTools): Promise<Server> {
  const databaseUrl = await followedWorld(services);
  const redisUrl = services.redis?.url ?? null;
  const child = await startBaton({ name: 'fanout-baton', databaseUrl, redisUrl, profile });
  const { port } = child;
  return { child, port, dialect: 'trpc', publish: { port, path: '/trpc/comments.create', body: aComment } };
}

async function startFanoutAlone({ options: { profile }, services }: BenchTools): Promise<Server> {
  const environment = {
    ...authEnvironment,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: await followedWorld(services),
    REDIS_URL: '',
  };
  const script = import.meta.resolve('./batonFanout.ts');
  const child = startChild({ name: 'fanout-baton-alone', script, role: 'server', profile, environment });
  const [port, publishPort] = [await child.call<number>('port'), await child.call<number>('publishPort')];
  return { child, port, dialect: 'trpc', publish: { port: publishPort, path: '/', body: null } };
}

let world: Promise<string> | null = null;
/** The database of all Batons whose events are followed, filled once in a run. */
const followedWorld = (services: BenchTools['services']): Promise<string> => (world ??= prepareDatabase(services));

async function prepareDatabase({ postgres, folder }: BenchTools['services']): Promise<string> {
  if (postgres) {
    await runSql(postgres.url, `CREATE DATABASE fanout TEMPLATE ${await seededTemplate(postgres.url)}`);
    return databaseOn(postgres.url, 'fanout');
  }
  const url = `sqlite:${folder}/fanout.db`;
  await seedWorld(url);
  return url;
}
