import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildService } from '../../support/childService.js';
import { compiledFolder } from '../../support/compile.js';
import { startNodeProcess } from '../../support/nodeProcess.js';
import { startCutProxy, type CutProxy } from '../../support/cutProxy.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcpProxy.js';
import type { ExitLine } from '../history/lines.js';
import type { Services } from './services.js';
import type { SmallDisk } from './smallDisk.js';

export const BUILD = 'baton-proof';

/** A server process with a network of its own on every side. */
export interface Node {
  readonly name: string;
  readonly process: ChildService;
  /** Where clients reach it: through `clients`. */
  readonly url: string;
  readonly links: { readonly clients: TcpProxy; readonly database: TcpProxy | null; readonly redis: TcpProxy | null };
  /** Cuts connections around COMMIT; null on SQLite. */
  readonly commits: CutProxy | null;
  /** Of a node that began with an older version: lets the next start be of this one. @returns false when it was so already. */
  readonly renew: () => Promise<boolean>;
}

export interface Stage {
  readonly services: Services;
  readonly nodes: readonly Node[];
  /** Follows the database; null when nobody does. */
  readonly replica: ChildService | null;
  readonly database: {
    readonly url: string;
    readonly dialect: 'postgres' | 'sqlite';
    /** When it is a file on a disk of its own. */
    readonly disk: SmallDisk | null;
  };
  release(): Promise<void>;
}

export interface StageOptions {
  readonly dialect: 'postgres' | 'sqlite';
  readonly nodes: number;
  readonly disk?: SmallDisk | null;
  /** The compiled program that a node runs. */
  readonly program?: string;
  /** The folder of an older version that the nodes begin with. */
  readonly older?: string | null;
  /** Where reads may go. */
  readonly replica?: ChildService | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly onExit: (exit: ExitLine) => void;
}

/** Nodes on this database, which has been set up. */
export async function raiseStage(services: Services, url: string, options: StageOptions): Promise<Stage> {
  const nodes: Node[] = [];
  for (let nth = 1; nth <= options.nodes; nth++) nodes.push(await raiseNode(services, url, `n${nth}`, options));
  return {
    services,
    nodes,
    replica: options.replica ?? null,
    database: { url, dialect: options.dialect, disk: options.disk ?? null },
    release: async () => {
      for (const { process, links, commits } of nodes) {
        await process.release();
        for (const link of Object.values(links)) await link?.close();
        await commits?.close();
      }
    },
  };
}

async function raiseNode(services: Services, url: string, name: string, options: StageOptions): Promise<Node> {
  const { dialect, program = 'server/main.js', older = null, replica = null, env = {}, onExit } = options;
  const isShared = dialect === 'postgres';
  const commits = isShared ? await startCutProxy(url) : null;
  const database = commits && (await startTcpProxy(commits.url));
  const redis = isShared ? await startTcpProxy(services.redis.url) : null;
  const here = compiledFolder(BUILD);
  // Whatever the name leads to is what the next start runs.
  const version = join(services.folder, `${name}-${randomUUID()}`);
  await symlink(older ?? here, version);
  let isOlder = older !== null;
  const renew = async (): Promise<boolean> => {
    if (!isOlder) return false;
    isOlder = false;
    await rm(version);
    await symlink(here, version);
    return true;
  };
  const process = await startNodeProcess(
    {
      databaseUrl: database?.url ?? url,
      ...(redis && { redisUrl: redis.url }),
      env: {
        NODE_ENV: 'production',
        DB_POOL_SIZE: '6',
        DB_MAX_OVERFLOW: '2',
        ...(replica && { DATABASE_REPLICA_URLS: sameDatabase(replica.url, url) }),
        ...env,
      },
    },
    {
      folder: await mkdtemp(join(services.folder, `${name}-`)),
      args: [join(version, program)],
      onExit: ({ code, signal, ordered }) => onExit({ node: name, at: performance.now(), code, signal, ordered }),
    },
  );
  const clients = await startTcpProxy(process.url);
  return { name, process, url: clients.url, links: { clients, database, redis }, commits, renew };
}

/** The database of `url` at another server. */
export function sameDatabase(server: string, url: string): string {
  const there = new URL(server);
  there.pathname = new URL(url).pathname;
  return there.href;
}
