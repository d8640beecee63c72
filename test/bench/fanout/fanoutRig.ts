import { runSql } from '../../support/postgresServer.js';
import { startChild, type Child } from '../processes.js';
import { seedWorld } from '../seed.js';
import { databaseOn, startBaton, type BenchTools } from '../services.js';
import { authEnvironment } from '../tokens.js';
import { comment, followed } from './event.js';
import type { Publishing } from './loader.js';

export type System = 'raw' | 'stock' | 'baton' | 'batonFanout';

interface Server {
  readonly child: Child;
  readonly port: number;
  readonly publish: Publishing;
}
/** All processes that take part. */
export interface Rig {
  readonly loader: Child;
  readonly bystander: Child;
  readonly servers: Readonly<Record<System, Server>>;
  end(): Promise<void>;
}

export async function startRig({ options, services }: BenchTools): Promise<Rig> {
  const { profile } = options;
  const databaseUrl = await prepareDatabase(services);
  const start = (name: string, script: string, environment: Readonly<Record<string, string>> = {}) =>
    startChild({ name: `fanout-${name}`, script, role: 'server', profile, environment });
  const plain = async (name: string, script: string): Promise<Server> => {
    const child = start(name, script);
    const port = await child.call<number>('port');
    return { child, port, publish: { port, path: '/publish', body: null } };
  };
  const loader = startChild({ name: 'fanout-loader', script: import.meta.resolve('./loader.ts'), role: 'loader' });
  const bystander = startChild({
    name: 'fanout-bystander',
    script: import.meta.resolve('./bystander.ts'),
    role: 'loader',
  });
  const servers = {
    raw: await plain('raw', import.meta.resolve('./rawServer.ts')),
    stock: await plain('stock', import.meta.resolve('./stockServer.ts')),
    baton: await wholeBaton(),
    batonFanout: await batonFanout(),
  };
  return {
    loader,
    bystander,
    servers,
    end: async () => {
      const children = [loader, bystander, ...Object.values(servers).map(({ child }) => child)];
      await Promise.all(children.map((child) => child.end()));
    },
  };

  async function wholeBaton(): Promise<Server> {
    const redisUrl = services.redis?.url ?? null;
    const child = await startBaton({ name: 'fanout-baton', databaseUrl, redisUrl, profile });
    const body = { ticketId: followed.ticketId, content: comment };
    return { child, port: child.port, publish: { port: child.port, path: '/trpc/comments.create', body } };
  }

  async function batonFanout(): Promise<Server> {
    const environment = {
      ...authEnvironment,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: databaseUrl,
      REDIS_URL: '',
    };
    const child = start('baton-alone', import.meta.resolve('./batonFanout.ts'), environment);
    const [port, publishPort] = [await child.call<number>('port'), await child.call<number>('publishPort')];
    return { child, port, publish: { port: publishPort, path: '/', body: null } };
  }
}

async function prepareDatabase({ postgres, folder }: BenchTools['services']): Promise<string> {
  const url = postgres ? databaseOn(postgres.url, 'fanout') : `sqlite:${folder}/fanout.db`;
  if (postgres) await runSql(postgres.url, 'CREATE DATABASE fanout TEMPLATE template0');
  await seedWorld(url);
  return url;
}
