import { join } from 'node:path';
import { freePort, startService, type ChildService, type Exit } from './childService.js';

export const NODE_SECRET = 'the secret that all nodes of a test share, long enough';

export interface NodeOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
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
  // What is shown there is what happens when much is asked.
  CALLS_PER_SECOND: '0',
  ...env,
});

interface NodeProcess {
  /** Removed with the process. */
  readonly folder: string;
  /** What Node is given: the program and its arguments. */
  readonly args: readonly string[];
  readonly onExit?: (exit: Exit) => void;
}

/** A server process of its own, to kill and start again on the same port. */
export async function startNodeProcess(
  options: NodeOptions,
  { folder, args, onExit }: NodeProcess,
): Promise<ChildService> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  return startService({
    url,
    port,
    folder,
    command: process.execPath,
    args,
    options: { env: { ATTACHMENTS_DIR: join(folder, 'attachments'), ...nodeEnv(options), PORT: String(port) } },
    stopSignal: 'SIGTERM',
    ping: async () => {
      const answer = await fetch(`${url}/readyz`);
      if (!answer.ok) throw new Error(`not ready: ${await answer.text()}`);
    },
    ...(onExit && { onExit }),
  });
}
