import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createMigrator } from '../../server/db/migrator.js';
import { openTestDatabase } from '../support/database.js';
import { testProgramArgs } from '../support/program.js';
import { aDatabase, describeEachDialect } from '../support/services.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A process of its own that is about to migrate: `go` lets it, and gives what it ran. */
async function readyToMigrate(url: string): Promise<{ go(): Promise<string[]> }> {
  const child = spawn(process.execPath, await testProgramArgs('test/support/migrateOnce.ts', url), {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const words: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (word: string) => words.push(word));
  await Promise.race([once(child.stdout, 'data'), ended]);
  const go = async () => {
    child.stdin.write('go\n');
    const [code] = (await ended) as [number | null];
    expect(code).toBe(0);
    return JSON.parse(words.join('').replace('ready\n', '')) as string[];
  };
  return { go };
}
async function fourAtOnce(url: string): Promise<string[][]> {
  const ready = await Promise.all(Array.from({ length: 4 }, () => readyToMigrate(url)));
  return Promise.all(ready.map((child) => child.go()));
}

async function withMigrator<Result>(
  url: string,
  work: (migrator: ReturnType<typeof createMigrator>) => Promise<Result>,
) {
  const database = openTestDatabase(url);
  try {
    return await work(createMigrator(database));
  } finally {
    await database.close();
  }
}

describeEachDialect('four processes that migrate at once', (dialect) => {
  it('run each file once on an empty database', { timeout: 60_000 }, async () => {
    const { url } = await aDatabase(dialect);
    const { pending } = await withMigrator(url, (migrator) => migrator.status());

    const ran = await fourAtOnce(url);

    expect(ran.flat().toSorted()).toEqual(pending);
    expect(await withMigrator(url, (migrator) => migrator.status())).toMatchObject({ executed: pending, pending: [] });
  });

  it('run the newer files once on an older database', { timeout: 60_000 }, async () => {
    const { url } = await aDatabase(dialect);
    const pending = await withMigrator(url, async (migrator) => {
      await migrator.up();
      return (await migrator.down({ steps: 3 })).toReversed();
    });

    const ran = await fourAtOnce(url);

    expect(ran.flat().toSorted()).toEqual(pending);
  });
});
