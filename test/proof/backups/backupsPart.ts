import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../../seeders/support/random.js';
import { backup } from '../../../server/backup/backup.js';
import { restore } from '../../../server/backup/restore.js';
import { openDatabase, type Database } from '../../../server/db/database.js';
import { createMigrator } from '../../../server/db/migrator.js';
import { adHoc } from '../../../server/db/statement.js';
import { validate } from '../../../server/integrity/validate.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { openFileStore } from '../../../server/storage/openFileStore.js';
import type { Violation } from '../checker/violation.js';
import { HistoryWriter } from '../history/historyFiles.js';
import type { Attempt } from '../history/lines.js';
import type { Part, Tools } from '../parts.js';
import { setUp } from '../stage/setUp.js';
import { raiseStage } from '../stage/stage.js';
import { Workbench } from '../storm/workbench.js';
import { Writer } from '../storm/writer.js';

type Dialect = 'postgres' | 'sqlite';
const WRITERS = 8;

const open = (url: string): Database =>
  openDatabase({ url, poolSize: 3, ssl: false, prepared: true, log: createLogger('silent') });

/** Keys of all that was acknowledged, in the order of the answers. */
class Acknowledged {
  readonly keys: string[] = [];

  note(kind: string, line: unknown): void {
    const attempt = line as Attempt;
    if (kind === 'attempts' && attempt.out === 'ok') this.keys.push(attempt.op);
  }
}

interface Made {
  readonly file: string;
  /** What had been acknowledged before it began. */
  readonly before: number;
  readonly ms: number;
}

/** G1: backups made while people work hold all that was acknowledged before, and contradict themselves in nothing, on either database. */
export const backupsPart = (dialect: Dialect): Part => ({
  name: `backups ${dialect}`,
  shards: { ci: 1, long: 2 },
  lane: 'second',
  run: async (tools, shard, seed) => {
    const began = performance.now();
    const count = tools.options.profile === 'ci' ? 1 : 10;
    const folder = await mkdtemp(join(tools.services.folder, 'backups-'));
    const acknowledged = new Acknowledged();
    try {
      const made = await backUpInStorm(tools, dialect, { folder, seed, count, acknowledged });
      const violations: Violation[] = [];
      for (const one of made)
        for (const target of ['sqlite', 'postgres'] as const)
          violations.push(...(await restored(tools, target, one, acknowledged.keys.slice(0, one.before), folder)));
      const seconds = (performance.now() - began) / 1_000;
      const notes = {
        backups: count,
        restores: 2 * count,
        acknowledgedBeforeLast: made.at(-1)?.before ?? 0,
        backupMs: made.map(({ ms }) => Math.round(ms)),
      };
      const counted = { cycles: count, operations: acknowledged.keys.length, deliveries: 0, recoveries: [] };
      return { part: `backups ${dialect}`, shard, seed, ...counted, violations, seconds, notes };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

interface Plan {
  readonly folder: string;
  readonly seed: number;
  readonly count: number;
  readonly acknowledged: Acknowledged;
}

async function backUpInStorm(tools: Tools, dialect: Dialect, plan: Plan): Promise<Made[]> {
  const { folder, seed, count, acknowledged } = plan;
  const database = await tools.services.database(dialect);
  const cast = await setUp(database.url, { writers: WRITERS, leavers: 0 });
  const history = await HistoryWriter.open(join(folder, 'history'));
  const watched = Object.assign(Object.create(history) as HistoryWriter, {
    write: (...[kind, line]: Parameters<HistoryWriter['write']>) => {
      acknowledged.note(kind, line);
      history.write(kind, line);
    },
  });
  const nodes = dialect === 'postgres' ? 2 : 1;
  const stage = await raiseStage(tools.services, database.url, { dialect, nodes, onExit: () => undefined });
  const db = open(database.url);
  const targets = stage.nodes.map(({ name, url }) => ({ name, url }));
  const bench = new Workbench(cast, randomFrom(seed, 1));
  const writers = cast.writers.map(
    (person, nth) => new Writer(`w${nth + 1}`, person, bench, targets, watched, seed, 0),
  );
  const made: Made[] = [];
  try {
    for (const writer of writers) writer.start();
    const store = openFileStore({ folder: join(folder, 'store') });
    const random = randomFrom(seed, 3);
    for (let nth = 0; nth < count; nth++) {
      await sleep(500 + random.below(500));
      const [before, begun] = [acknowledged.keys.length, performance.now()];
      const { file } = await backup({ db, store, now: new Date(), file: join(folder, `${nth}.tar`) });
      made.push({ file, before, ms: performance.now() - begun });
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    return made;
  } finally {
    await stage.release();
    await db.close();
    await database.drop();
  }
}

async function restored(
  tools: Tools,
  target: Dialect,
  { file }: Made,
  keys: readonly string[],
  folder: string,
): Promise<Violation[]> {
  const database = await tools.services.database(target);
  const db = open(database.url);
  const store = openFileStore({ folder: await mkdtemp(join(folder, 'restored-')) });
  try {
    await restore({ db, migrator: createMigrator(db), file, store, now: new Date() });
    const rows = await db.all<{ key: string }>(adHoc('SELECT key FROM idempotency_keys'), []);
    const there = new Set(rows.map(({ key }) => key));
    const lost = [...new Set(keys)].filter((key) => !there.has(key));
    const { all, dialect, file: of } = db;
    const found = await validate({ all, dialect, file: of, store, now: new Date() });
    return [
      ...lost.map((key): Violation => ({
        check: 'LOST',
        what: `${key} was acknowledged before, and is not in ${file}`,
      })),
      ...found.map(({ name, examples }): Violation => ({
        check: 'FOLD',
        what: `${file} restored on ${target}: ${name}: ${examples.join('; ')}`,
      })),
    ];
  } finally {
    await db.close();
    await database.drop();
  }
}
