import { expect, it } from 'vitest';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { describeEachDialect } from '../../support/services.js';
import { runStorm } from './storm.js';

/**
 * A long run: `BATON_STORM_CHANGES=100000 BATON_STORM_FILTERS=200 [BATON_STORM_SEED=1] npx vitest run test/realtime/queries/storm.test.ts`
 * It tells how far it is on standard error.
 */
const fromEnvironment = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const filters = fromEnvironment('BATON_STORM_FILTERS', 24);
const changes = fromEnvironment('BATON_STORM_CHANGES', 200);
const seed = fromEnvironment('BATON_STORM_SEED', 20261126);
const isLong = changes > 1_000;

describeEachDialect('live queries under a storm of changes', (dialect) => {
  const tell = (line: string) => void process.stderr.write(`${dialect}: ${line}\n`);
  const common = { dialect, seed, every: isLong ? 500 : 25, writers: 3 };

  it(
    'hold for every reader what SQL says',
    async () => {
      const report = await runStorm({ ...common, filters, changes, ...(isLong && { onProgress: tell }) });
      if (isLong) tell(JSON.stringify({ ...report, seed, filters }));

      expect(report.wrong).toEqual([]);
      expect(report.compared).toBeGreaterThanOrEqual((filters * changes) / common.every);
      expect(report.cursors).toBeGreaterThan(filters);
      expect(Object.keys(report.changes).length).toBeGreaterThan(7);
    },
    isLong ? 12 * 3_600_000 : 60_000,
  );

  it('are found out when they match otherwise than SQL', async () => {
    const wrongly: typeof compileFilter = (filter) => {
      const matches = compileFilter(filter);
      return (ticket) => matches(ticket) && !(ticket.priority === 'HIGH' && ticket.status === 'REVIEW');
    };

    const { wrong } = await runStorm({ ...common, filters: 8, changes: 400, compile: wrongly, settleMs: 2_000 });

    expect(wrong[0]).toContain('SQL says');
  });
});
