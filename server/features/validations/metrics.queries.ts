import type { z } from 'zod';
import { MetricsSort, type ValidationMetrics, type ValidationMetricsInput } from '../../../contract/finding.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { adHoc } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { day, ordersOf, word } from '../sortedList.js';
import { Parameters, ticketScope } from '../tickets/ticketScope.js';
import { FIDELITY_UNITS } from './sessionMetrics.js';
import { technologyKey } from './sessionRows.js';
import { canValidate, canValidateIn } from './validations.policy.js';
import { fidelityOf } from './validations.present.js';

const sums = [
  ...(['sessions', 'scored', 'fidelity_sum', 'n_low', 'n_medium', 'n_high', 'n_critical'] as const),
  ...(['tests', 'tests_passed'] as const),
] as const;
type MetricRow = Readonly<Record<(typeof sums)[number], number | string>> & {
  readonly day: string;
  readonly source_key: string;
  readonly target_key: string;
  readonly source_technology: string;
  readonly target_technology: string;
};

const startOf = ordersOf(MetricsSort, {
  day: [day('k.day', 'day'), word('k.source_key', 'source_key'), word('k.target_key', 'target_key')],
});

/**
 * What sessions came to, by the day on which they were made and by what they compare; out of what is kept, however many there were.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN no staff there, or a customer.
 */
export async function validationMetrics(
  db: Database,
  actor: Actor,
  { projectId, technology, from, to, sort, limit, cursor }: z.output<typeof ValidationMetricsInput>,
): Promise<Page<ValidationMetrics>> {
  demand(canValidate(actor));
  const parameters = new Parameters();
  const where = [`k.day BETWEEN ${parameters.bind(from)} AND ${parameters.bind(to)}`, 'k.sessions > 0'];
  if (projectId !== undefined || actor.role !== 'ADMIN') {
    const { staffOf, customerOf } = await ticketScope(db.all, actor, projectId);
    if (projectId !== undefined && customerOf.length > 0)
      demand(canValidateIn({ role: actor.role, projectRole: 'CUSTOMER' }));
    where.push(db.dialect.anyOf("coalesce(k.project_id, '')", parameters.bind(staffOf)));
  }
  if (technology !== undefined) {
    const key = parameters.bind(technologyKey(technology));
    where.push(`(k.source_key = ${key} OR k.target_key = ${key})`);
  }
  const { orderBy, after, values, cursorOf } = startOf(sort, cursor);
  if (cursor !== undefined) where.push(after(values.map((value) => parameters.bind(value))));
  const text = `SELECT CAST(k.day AS text) AS day, k.source_key, k.target_key, max(k.source_technology) AS source_technology,
      max(k.target_technology) AS target_technology, ${sums.map((sum) => `sum(k.${sum}) AS ${sum}`).join(', ')}
    FROM validation_metrics k WHERE ${where.join(' AND ')}
    GROUP BY k.day, k.source_key, k.target_key ORDER BY ${orderBy} LIMIT ${limit + 1}`;
  const rows = await db.all<MetricRow>(adHoc(text), parameters.values);
  return toPage(rows, limit, cursorOf, present);
}

function present(row: MetricRow): ValidationMetrics {
  const of = (sum: (typeof sums)[number]) => Number(row[sum]);
  const [scored, tests, testsPassed] = [of('scored'), of('tests'), of('tests_passed')];
  return {
    day: row.day,
    sourceTechnology: row.source_technology,
    targetTechnology: row.target_technology,
    sessions: of('sessions'),
    meanFidelity: scored === 0 ? null : of('fidelity_sum') / FIDELITY_UNITS / scored,
    discrepancies: { LOW: of('n_low'), MEDIUM: of('n_medium'), HIGH: of('n_high'), CRITICAL: of('n_critical') },
    tests,
    testsPassed,
    passRate: fidelityOf(testsPassed, tests),
  };
}
