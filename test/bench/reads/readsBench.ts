import { join } from 'node:path';
import { runSql } from '../../support/postgresServer.js';
import { runScript, startChild } from '../processes.js';
import { databaseOn, type BenchTools } from '../services.js';
import { printTable, short } from '../table.js';
import { authEnvironment } from '../tokens.js';
import { addMarks } from './addMarks.js';
import type { ReadCost } from './readsChild.js';

export interface ReadsRow extends ReadCost {
  readonly database: 'postgres' | 'sqlite';
  readonly tickets: number;
}

const script = import.meta.resolve('./readsChild.ts');
const cli = import.meta.resolve('../../../server/cli/baton.ts');
/** More would not be an embedded database any more. */
const SQLITE_MAX = 100_000;

/** Of each kind the slowest are shown; all are in the JSON, with the plans. */
const SHOWN = 12;

export async function benchReads({ options, services, say }: BenchTools): Promise<ReadsRow[]> {
  const rows: ReadsRow[] = [];
  const { postgres, folder } = services;
  const on = async (database: ReadsRow['database'], url: string, tickets: number) => {
    if (options.readUrl === null) {
      say(`reads: ${tickets} tickets for ${database}`);
      await seed(url, tickets);
      await addMarks(url);
    }
    say(`reads: ${database}`);
    const child = startChild({ name: `reads-${database}`, script, role: 'server', profile: options.profile });
    const costs = await child.call<ReadCost[]>('reads', { url, calls: options.readCalls, explain: true });
    await child.end();
    rows.push(...costs.map((cost) => ({ ...cost, database, tickets })));
  };
  if (options.readUrl !== null) {
    await on(options.readUrl.startsWith('sqlite:') ? 'sqlite' : 'postgres', options.readUrl, options.readTickets);
    return rows;
  }
  if (postgres) {
    await runSql(postgres.url, 'CREATE DATABASE reads TEMPLATE template0');
    await on('postgres', databaseOn(postgres.url, 'reads'), options.readTickets);
  }
  await on('sqlite', `sqlite:${join(folder, 'reads.db')}`, Math.min(options.readTickets, SQLITE_MAX));
  return rows;
}

async function seed(url: string, tickets: number): Promise<void> {
  const environment = { ...authEnvironment, NODE_ENV: 'development', LOG_LEVEL: 'warn', DATABASE_URL: url };
  await runScript(cli, ['db', 'migrate'], environment);
  await runScript(cli, ['seed', '--tickets', String(tickets), '--json'], environment);
}

export function reportReads(rows: readonly ReadsRow[]): void {
  const databases = [...new Set(rows.map(({ database }) => database))];
  for (const database of databases)
    for (const group of ['list', 'search', 'counts'] as const) {
      const of = rows.filter((row) => row.database === database && row.group === group);
      const worst = of.toSorted((a, b) => b.p99 - a.p99).slice(0, SHOWN);
      console.log(
        `\nReads (${group}) at ${short(of[0]?.tickets ?? 0)} tickets, ${database}: ${of.length} cases, the slowest`,
      );
      printTable(
        ['case', 'p50 ms', 'p99 ms', 'statements', 'found'],
        worst.map((row) => [row.name, short(row.p50), short(row.p99), String(row.statements), String(row.rows)]),
        1,
      );
    }
}
