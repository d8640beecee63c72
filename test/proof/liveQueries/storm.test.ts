import { describe, expect, it } from 'vitest';
import { aMigratedDatabase } from '../../support/database.js';
import { describeEachDialect, type Dialect } from '../../support/services.js';
import { runStorm, type StormOrder } from './storm.js';

async function aStorm(dialect: Dialect, more: Partial<StormOrder>) {
  const { url } = await aMigratedDatabase(dialect);
  const order = {
    seed: 7,
    database: dialect,
    url,
    filters: 30,
    changes: 200,
    every: 100,
    writers: 4,
    plant: null,
    endsAt: Infinity,
  };
  return runStorm({ ...order, ...more }, () => undefined);
}

describeEachDialect('the proof of live queries', (dialect) => {
  it('finds nothing wrong, at checkpoints and in between', async () => {
    const report = await aStorm(dialect, {});

    expect(report.wrong).toEqual([]);
    expect(report.compared).toBe(60);
    expect(report.states).toBeGreaterThan(200);
    expect(report.reconnected).toBeGreaterThan(0);
    expect(report.paused).toBeGreaterThan(0);
  });
});

describe('the proof of live queries', () => {
  it('finds out a node that overlooks tickets, by SQL and by the log', async () => {
    const { wrong } = await aStorm('sqlite', { plant: 'overlooks', filters: 60, changes: 400, every: 400 });

    expect(wrong.filter((said) => said.includes('SQL says otherwise'))).not.toEqual([]);
    expect(wrong.filter((said) => said.includes('the log says otherwise'))).not.toEqual([]);
  }, 90_000);
});
