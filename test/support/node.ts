import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startService, type ChildService } from './childService.js';
import { releaseLater } from './services.js';

export const NODE_SECRET = 'the secret that all nodes of a test share, long enough';

interface NodeOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The program and its arguments; the server unless given. */
  readonly program?: readonly string[];
}

/** The environment of a Baton process on this database. */
export const nodeEnv = ({ databaseUrl, redisUrl = '', env = {} }: NodeOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl,
  JWT_SECRET: NODE_SECRET,
  LOG_LEVEL: 'warn',
  ...env,
});

/** A server process of its own, to kill and start again on the same port; released after the test file. */
export const startNode = async (options: NodeOptions): Promise<ChildService> =>
  releaseLater(await startNodeProcess(options));

/** The same where nobody releases it but the caller. */
export async function startNodeProcess(options: NodeOptions): Promise<ChildService> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'baton-node-'));
  return startService({
    url,
    port,
    folder,
    command: process.execPath,
    args: ['--import', 'tsx', ...(options.program ?? ['server/main.ts'])],
    options: { env: { ...nodeEnv(options), PORT: String(port) } },
    stopSignal: 'SIGTERM',
    ping: async () => {
      const answer = await fetch(`${url}/readyz`);
      if (!answer.ok) throw new Error(`not ready: ${await answer.text()}`);
    },
  });
}
