import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runSql } from '../../support/postgresServer.js';
import { postgresCpu } from '../postgresCpu.js';
import { startChild } from '../processes.js';
import { inRounds } from '../schedule.js';
import { seedWorld } from '../seed.js';
import { databaseOn, type BenchTools } from '../services.js';
import { median } from '../statistics.js';
import { printTable, short } from '../table.js';
import type { BulkCost, BulkWay } from './bulkChild.js';

export interface BulkRow {
  readonly database: 'postgres' | 'sqlite';
  readonly way: BulkWay;
  /** So many were measured. */
  readonly tickets: number;
  /** For {@link TICKETS}. */
  readonly ms: number;
  /** For each ticket. */
  readonly nodeUs: number;
  readonly postgresUs: number;
}

const ways: readonly BulkWay[] = ['save', 'models'];
const TICKETS = 1_000;
/** A loop costs the same for each of however many, and takes its time. */
const measured: Record<BulkWay, number> = { save: TICKETS, models: TICKETS / 5 };
const script = import.meta.resolve('./bulkChild.ts');

export async function benchBulk(tools: BenchTools): Promise<BulkRow[]> {
  const { services, say } = tools;
  say('assignments.save');
  const rows: BulkRow[] = [];
  const { postgres, folder } = services;
  if (postgres) {
    const urls: Record<string, string> = {};
    for (const way of ways) {
      await runSql(postgres.url, `CREATE DATABASE bulk_${way} TEMPLATE template0`);
      await seedWorld((urls[way] = databaseOn(postgres.url, `bulk_${way}`)));
    }
    rows.push(...(await benchOn('postgres', urls, await postgresCpu(postgres.url), tools)));
  }
  const seeded = join(folder, 'bulk.db');
  await seedWorld(`sqlite:${seeded}`);
  const urls: Record<string, string> = {};
  for (const way of ways) {
    const file = join(folder, `bulk_${way}.db`);
    await copyFile(seeded, file);
    urls[way] = `sqlite:${file}`;
  }
  rows.push(...(await benchOn('sqlite', urls, () => 0, tools)));
  return rows;
}

async function benchOn(
  database: BulkRow['database'],
  urls: Readonly<Record<string, string>>,
  postgresUs: () => number,
  { options, endsAt, say }: BenchTools,
): Promise<BulkRow[]> {
  const costs: Record<BulkWay, (BulkCost & { postgresUs: number })[]> = { save: [], models: [] };
  const { profile } = options;
  const children = ways.map((way) => startChild({ name: `bulk-${database}-${way}`, script, role: 'server', profile }));
  // Round 0 is for compiling and preparing.
  await inRounds({ rounds: options.repeats + 1, endsAt, say }, async (number) => {
    for (const [index, way] of ways.entries()) {
      const before = postgresUs();
      const tickets = measured[way];
      const cost = await children[index]?.call<BulkCost>('bulk', { way, url: urls[way], tickets, round: number });
      if (cost && number > 1) costs[way].push({ ...cost, postgresUs: (postgresUs() - before) / tickets });
    }
  });
  await Promise.all(children.map((child) => child.end()));
  return ways.map((way) => ({
    database,
    way,
    tickets: measured[way],
    ms: median(costs[way].map(({ ms }) => (ms * TICKETS) / measured[way])),
    nodeUs: median(costs[way].map(({ nodeUs }) => nodeUs)),
    postgresUs: median(costs[way].map((cost) => cost.postgresUs)),
  }));
}

export function reportBulk(rows: readonly BulkRow[]): void {
  console.log(`\nassignments.save of ${TICKETS} tickets in one transaction`);
  const names = { save: 'Baton command, in process', models: 'loop of model calls' };
  const cells = rows.map((row) => {
    const loop = rows.find((other) => other.database === row.database && other.way === 'models');
    const times = short((loop?.ms ?? Number.NaN) / row.ms);
    const by = row.tickets < TICKETS ? `${names[row.way]}, ${row.tickets} scaled` : names[row.way];
    return [row.database, by, short(row.ms), times, short(row.nodeUs), short(row.postgresUs)];
  });
  printTable(['database', 'by', 'ms', '× faster', 'Node µs each', 'PG µs each'], cells, 2);
}
