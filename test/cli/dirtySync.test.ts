import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { expect, inject, it } from 'vitest';
import type { CsvReport } from '../../contract/csvSync.js';
import { openTestDatabase } from '../support/database.js';
import { differencesIn, differencesOf } from '../support/dirtyCheck.js';
import { writeDirtyTickets } from '../support/dirtyTickets.js';
import { findViolations } from '../support/invariants.js';
import { nodeEnv } from '../support/node.js';
import { programArgs } from '../support/program.js';
import { describeEachDialect } from '../support/services.js';
import { aTicketWorld } from '../support/ticketWorld.js';
import { statement } from '../../server/db/statement.js';

const ROWS = 4_000;
const SOURCE = 'dirty';
const countOfSource = statement('test.dirty', 'SELECT count(*) AS n FROM tickets WHERE external_source = $1');

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

describeEachDialect('a table with every kind of dirt', (dialect) => {
  it('is taken over exactly, also when it is killed on the way', { timeout: 180_000 }, async () => {
    const world = await aTicketWorld(dialect);
    const { url, project } = world;
    await world.close();
    const folder = await mkdtemp(join(inject('runFolder'), 'dirty-'));
    const [file, refused] = [join(folder, 'dirty.csv'), join(folder, 'refused.csv')];
    const truth = await writeDirtyTickets(file, ROWS, dialect === 'sqlite' ? 'utf-16be' : 'utf-8');
    const args = [...programArgs('server/cli/baton.ts'), '--json', 'sync', 'tickets', file];
    const run = (...more: string[]) =>
      spawn(process.execPath, [...args, '--project', project.key, '--source', SOURCE, ...more], {
        env: nodeEnv({ databaseUrl: url, env: { TSX_TSCONFIG_PATH: resolve('tsconfig.json') } }),
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: folder,
      });
    const ended = async (child: ChildProcess) => {
      const out = text(child.stdout!);
      if (!isOver(child)) await once(child, 'exit');
      return JSON.parse(await out) as CsvReport & { report: string | null };
    };
    const db = openTestDatabase(url);
    try {
      const count = async () => Number((await db.all<{ n: number | string }>(countOfSource, [SOURCE]))[0]!.n);

      for (let kills = 0; kills < 2; kills++) {
        const before = await count();
        const child = run();
        while ((await count()) === before && !isOver(child)) await sleep(3);
        expect(child.kill('SIGKILL')).toBe(true);
        if (!isOver(child)) await once(child, 'exit');
      }
      const there = await count();
      expect(there).toBeGreaterThan(0);
      expect(there).toBeLessThan(truth.created);
      const report = await ended(run('--report', refused));

      expect(differencesOf(report, truth, { unchanged: there })).toEqual([]);
      expect(await differencesIn(url, SOURCE, truth)).toEqual([]);
      const rows: string[][] = parse(await readFile(refused), { relax_column_count: true });
      expect(rows[0]).toEqual(['line', 'column', 'reason', 'id', 'description', ...rows[0]!.slice(5)]);
      expect(rows.slice(1).map(([line, column]) => ({ line: Number(line), column: column || null }))).toEqual(
        truth.refusals,
      );
      expect(await findViolations(db)).toEqual([]);
    } finally {
      await db.close();
    }
  });
});
