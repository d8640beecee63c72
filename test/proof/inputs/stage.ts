import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exit } from '../../support/childService.js';
import { migrate } from '../../support/database.js';
import { NODE_SECRET, startNodeProcess } from '../../support/nodeProcess.js';
import { startPostgresServer } from '../../support/postgresServer.js';
import { signIn } from '../../support/people.js';
import { testProgramArgs } from '../../support/program.js';
import type { Dialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';
import { clockSettings, commitClock, type CommitClock } from '../../support/commitClock.js';
import { http } from './wires.js';
import type { Plant } from './plants.js';

/** What can be wrong. What a plant does is found under the plant's own name. */
export type Wrong = Plant | 'slow' | 'grows' | 'unlikeOther' | 'badCode' | 'undocumented';
export interface Finding {
  readonly wrong: Wrong;
  readonly where: string;
  readonly said: string;
}

/** One server process on a database of its own, and this process beside it on the same database. */
export interface Stage {
  readonly dialect: Dialect;
  readonly world: World;
  readonly url: string;
  readonly commits: CommitClock;
  readonly findings: Finding[];
  find(wrong: Wrong, where: string, said: string): void;
  /** Starts the server again when it has ended by itself, which is a finding. */
  demandAlive(where: string): Promise<void>;
  /** Resident memory of the server. */
  memoryBytes(): Promise<number>;
  /** An access token of the administrator. */
  adminToken(): Promise<string>;
  release(): Promise<void>;
}

export async function startStage(
  dialect: Dialect,
  plant: Plant | null,
  settings: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-inputs-'));
  const postgres = dialect === 'postgres' ? await startPostgresServer(clockSettings) : null;
  const databaseUrl = postgres?.url ?? `sqlite:${join(folder, 'baton.db')}`;
  await migrate(databaseUrl);
  const world = await aWorld(dialect, { url: databaseUrl, auth: { jwtSecret: NODE_SECRET } });
  const exits: Exit[] = [];
  const args = plant
    ? await testProgramArgs('test/proof/inputs/plantedNode.ts', plant)
    : await testProgramArgs('test/proof/inputs/quietNode.ts');
  const env = { TRUST_PROXY: 'true', LOG_LEVEL: 'silent', EVENT_RETENTION_DAYS: '0', ...settings };
  const node = await startNodeProcess(
    { databaseUrl, env },
    { folder: join(folder, 'node'), args, onExit: (exit) => exits.push(exit) },
  );
  const commits = await commitClock(databaseUrl);
  const findings: Finding[] = [];
  const find: Stage['find'] = (wrong, where, said) => void findings.push({ wrong, where, said });
  const adminToken = async () => (await signIn(world, world.admin)).accessToken;
  return {
    dialect,
    world,
    url: node.url,
    commits,
    findings,
    find,
    demandAlive: async (where) => {
      for (const { code, signal, ordered } of exits.splice(0))
        if (!ordered) find('exits', where, `the process ended with ${code ?? signal}`);
      await node.start();
    },
    memoryBytes: async () => {
      const { data, text } = await http(node.url, await adminToken()).send({
        path: 'admin.health',
        type: 'query',
        text: undefined,
      });
      const bytes = (data as { memoryBytes?: number } | undefined)?.memoryBytes;
      if (bytes === undefined) throw new Error(`no health: ${text}`);
      return bytes;
    },
    adminToken,
    release: async () => {
      await commits.close();
      await world.close();
      await node.release();
      await postgres?.release();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
