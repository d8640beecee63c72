import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { randomFrom } from '../../../seeders/support/random.js';
import { openDatabase } from '../../../server/db/database.js';
import { createMigrator } from '../../../server/db/migrator.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { compiledFolder } from '../../support/compile.js';
import { readSchema } from '../../../server/db/schema.js';
import type { Violation } from '../checker/violation.js';
import { digestOf } from '../history/digest.js';
import type { Part, Tools } from '../parts.js';
import { BUILD } from '../stage/stage.js';
import type { MigrateReply, MigrateRequest } from './migratingProcess.js';

const NODES = 4;
/** One of four may have done all before the others look what there is to do; then nothing shows. */
const PLANTED_TRIES = 20;
type Dialect = 'postgres' | 'sqlite';

interface Team {
  readonly members: readonly ChildProcess[];
  end(): void;
}

function raiseTeam(plant?: string): Team {
  const program = join(compiledFolder(BUILD), 'test/proof/migrations/migratingProcess.js');
  const env = { ...process.env, NODE_OPTIONS: '', ...(plant !== undefined && { PLANT: plant }) };
  const members = Array.from({ length: NODES }, () => fork(program, { env, execArgv: [] }));
  return { members, end: () => members.forEach((member) => member.kill('SIGKILL')) };
}

async function ask(member: ChildProcess | undefined, request: MigrateRequest): Promise<MigrateReply> {
  if (!member?.connected) throw new Error('a migrating process has ended');
  const answered = once(member, 'message');
  member.send(request);
  return ((await answered) as [MigrateReply])[0];
}

/** What a database is: its tables, and the files that its book says have run. */
async function stateOf(
  url: string,
): Promise<{ schema: string; executed: readonly string[]; pending: readonly string[] }> {
  const db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    const { executed, pending } = await createMigrator(db).status();
    return { schema: digestOf(await readSchema(db.sequelize)), executed, pending };
  } finally {
    await db.close();
  }
}

interface Cycle {
  readonly tools: Tools;
  readonly dialect: Dialect;
  readonly team: Team;
  /** Of a database that one process has migrated alone. */
  readonly schema: string;
  /** All files, oldest first. */
  readonly files: readonly string[];
}

/** Four at once, on an empty database or on an older one. @returns what was wrong. */
async function migrateAtOnce({ tools, dialect, team, schema, files }: Cycle, older: number): Promise<Violation[]> {
  const { url, drop } = await tools.services.database(dialect);
  try {
    if (older > 0) await ask(team.members[0], { url, down: older });
    const pending = files.slice(older > 0 ? files.length - older : 0);
    const replies = await Promise.all(team.members.map((member) => ask(member, { url, down: 0 })));
    const ran = replies.flatMap((reply) => reply.ran).toSorted();
    const after = await stateOf(url);
    const violations: Violation[] = replies
      .filter(({ error }) => error !== null)
      .map(({ error }) => ({ check: 'LIVE', what: `a node could not migrate: ${error}` }));
    if (ran.join() !== pending.join())
      violations.push({
        check: 'ONCE',
        what: `pending were ${pending.join(' ')}; run were ${ran.join(' ') || 'none'}`,
      });
    if (after.schema !== schema || after.pending.length > 0)
      violations.push({
        check: 'FOLD',
        what: `the tables are not those that one process makes; pending: ${after.pending.join(' ')}`,
      });
    return violations;
  } finally {
    await drop();
  }
}

async function reference(tools: Tools, dialect: Dialect, team: Team): Promise<Pick<Cycle, 'schema' | 'files'>> {
  const { url, drop } = await tools.services.database(dialect);
  const { error } = await ask(team.members[0], { url, down: 0 });
  if (error !== null) throw new Error(`one process alone could not migrate: ${error}`);
  const { schema, executed } = await stateOf(url);
  await drop();
  return { schema, files: executed };
}

/** Whether the check says anything of processes that do not wait for each other. */
async function seesPlant(cycle: Omit<Cycle, 'team'>): Promise<boolean> {
  const team = raiseTeam('alone');
  try {
    for (let nth = 0; nth < PLANTED_TRIES; nth++)
      if ((await migrateAtOnce({ ...cycle, team }, 0)).length > 0) return true;
    return false;
  } finally {
    team.end();
  }
}

/** A10: four nodes that migrate at once run each file once. */
export const migrationsPart = (dialect: Dialect): Part => ({
  name: `migrations ${dialect}`,
  shards: { ci: 1, long: 4 },
  lane: 'second',
  run: async (tools, shard, seed) => {
    const began = performance.now();
    const cycles = tools.options.profile === 'ci' ? 6 : 50;
    const random = randomFrom(seed, 6);
    const team = raiseTeam();
    try {
      const cycle = { tools, dialect, team, ...(await reference(tools, dialect, team)) };
      const violations: Violation[] = [];
      for (let nth = 0; nth < cycles; nth++) {
        const older = nth % 2 === 0 ? 0 : 1 + random.below(cycle.files.length - 1);
        violations.push(...(await migrateAtOnce(cycle, older)));
      }
      const isSeen = await seesPlant(cycle);
      if (!isSeen)
        violations.push({ check: 'ONCE', what: 'four processes that know nothing of each other were not seen' });
      const notes = { files: cycle.files.length, nodes: NODES, plantedFlagged: isSeen };
      const counted = { cycles, operations: cycles * NODES, deliveries: 0, recoveries: [] };
      const seconds = (performance.now() - began) / 1_000;
      return { part: `migrations ${dialect}`, shard, seed, ...counted, violations, seconds, notes };
    } finally {
      team.end();
    }
  },
});
