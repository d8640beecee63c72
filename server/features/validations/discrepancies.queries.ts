import type { z } from 'zod';
import type { Discrepancy, ListDiscrepanciesInput, Trends, TrendsInput } from '../../../contract/finding.js';
import { OldestFirst, type Page } from '../../../contract/text.js';
import type { Severity } from '../../../contract/validation.js';
import type { Database } from '../../db/database.js';
import { adHoc, statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { madeAs, ordersOf } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { Parameters } from '../tickets/ticketScope.js';
import { decodeDiscrepancy, noFindings } from './discrepancyRows.js';
import { findSession } from './sessionRows.js';
import { seenSessions } from './sessions.queries.js';
import { canValidate, canValidateIn } from './validations.policy.js';
import { presentDiscrepancy } from './validations.present.js';

const startOf = ordersOf(OldestFirst, { createdAt: [madeAs('d.id', 'id')] });

/**
 * Discrepancies in the order in which they were first found, unless `sort` says otherwise.
 * @throws NOT_FOUND no such session or project for this actor; FORBIDDEN no staff there, or a customer.
 */
export async function listDiscrepancies(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListDiscrepanciesInput>,
): Promise<Page<Discrepancy>> {
  const { sessionId, projectId, limit } = input;
  const parameters = new Parameters();
  const places = await placesOf(db, actor, { sessionId, projectId }, parameters);
  const oneOf = (column: string, values: readonly string[] | undefined) =>
    values === undefined ? [] : [db.dialect.anyOf(`d.${column}`, parameters.bind(values))];
  const where = [...oneOf('status', input.status), ...oneOf('severity', input.severity), ...oneOf('type', input.type)];
  const { orderBy, after, values, cursorOf } = startOf(input.sort, input.cursor);
  if (input.cursor !== undefined) where.push(after(values.map((value) => parameters.bind(value))));
  // A branch for each way to belong to a session, so that it is a range of an index.
  const branches = places.map(
    ({ tables, condition }, nth) =>
      `SELECT * FROM (SELECT d.* FROM ${tables} WHERE ${[condition, ...where].join(' AND ')}
         ORDER BY ${orderBy} LIMIT ${limit + 1}) b${nth}`,
  );
  const text = `SELECT d.* FROM (${branches.join(' UNION ALL ')}) d ORDER BY ${orderBy} LIMIT ${limit + 1}`;
  const rows = await db.all(adHoc(text), parameters.values);
  return toPage(rows.map(decodeDiscrepancy), limit, cursorOf, presentDiscrepancy);
}

interface Branch {
  readonly tables: string;
  readonly condition: string;
}

async function placesOf(
  db: Database,
  actor: Actor,
  { sessionId, projectId }: { readonly sessionId: string | undefined; readonly projectId: string | undefined },
  parameters: Parameters,
): Promise<Branch[]> {
  const joined = 'discrepancies d JOIN validation_sessions s ON s.id = d.session_id';
  if (sessionId === undefined) {
    const condition = await seenSessions(db, actor, projectId, parameters);
    const ofProject = projectId === undefined ? '' : ` AND d.project_id = ${parameters.bind(projectId)}`;
    return [{ tables: joined, condition: condition + ofProject }];
  }
  const { session } = await findSession(db.all, actor, sessionId);
  if (projectId !== undefined) {
    demand(canValidateIn(await standingIn(db.all, actor, projectId)));
    if (projectId !== session.projectId) return [{ tables: 'discrepancies d', condition: '1 = 0' }];
  }
  const id = parameters.bind(sessionId);
  return [
    { tables: 'discrepancies d', condition: `d.session_id = ${id}` },
    {
      tables: joined,
      condition: `d.last_session_id = ${id} AND d.session_id <> ${id} AND s.deleted_at IS NULL`,
    },
  ];
}

const trendsOf = (column: 'session_id' | 'project_id') => ({
  found: statement(
    `discrepancies.found.${column}`,
    `SELECT CAST(d.found_on AS text) AS day, d.severity, count(*) AS n FROM discrepancies d
     JOIN validation_sessions s ON s.id = d.session_id AND s.deleted_at IS NULL
     WHERE d.${column} = $1 AND d.found_on BETWEEN $2 AND $3 GROUP BY d.found_on, d.severity`,
  ),
  decided: statement(
    `discrepancies.decided.${column}`,
    `SELECT CAST(d.decided_on AS text) AS day, count(*) AS n FROM discrepancies d
     JOIN validation_sessions s ON s.id = d.session_id AND s.deleted_at IS NULL
     WHERE d.${column} = $1 AND d.decided_on BETWEEN $2 AND $3 GROUP BY d.decided_on`,
  ),
});
const ofSession = trendsOf('session_id');
const ofProject = trendsOf('project_id');
const DAY_MS = 86_400_000;

/**
 * What was found and decided on each day.
 * @throws NOT_FOUND no such session or project for this actor; FORBIDDEN no staff there, or a customer.
 */
export async function discrepancyTrends(
  { all }: Database,
  actor: Actor,
  { sessionId, projectId, from, to }: z.output<typeof TrendsInput>,
): Promise<Trends> {
  demand(canValidate(actor));
  if (projectId !== undefined) demand(canValidateIn(await standingIn(all, actor, projectId)));
  else await findSession(all, actor, sessionId ?? '');
  const asked = projectId === undefined ? ofSession : ofProject;
  const values = [projectId ?? sessionId ?? '', from, to];
  type Row = { day: string; severity: Severity; n: number | string };
  const [found, decided] = await Promise.all([all<Row>(asked.found, values), all<Row>(asked.decided, values)]);
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  const items = Array.from({ length }, (_, nth) => {
    const day = new Date(Date.parse(from) + nth * DAY_MS).toISOString().slice(0, 10);
    return { day, found: noFindings(), decided: 0 };
  });
  const byDay = new Map(items.map((item) => [item.day, item]));
  for (const { day, severity, n } of found) {
    const item = byDay.get(day);
    if (item) item.found[severity] = Number(n);
  }
  for (const { day, n } of decided) {
    const item = byDay.get(day);
    if (item) item.decided = Number(n);
  }
  return { items };
}
