import type { z } from 'zod';
import type {
  BehavioralTest,
  ListBehavioralTestsInput,
  ListResultsInput,
  ResultStats,
  ResultStatsInput,
  ValidationResult as Presented,
} from '../../../contract/finding.js';
import { validationResultKinds } from '../../../contract/enums.js';
import { OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { BehavioralTestResult } from '../../db/models/BehavioralTestResult.js';
import { ValidationResult } from '../../db/models/ValidationResult.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList } from '../sortedList.js';
import { findSession } from './sessionRows.js';
import { fidelityOf, presentResult, presentSession, presentTest } from './validations.present.js';

const resultsOf = sortedList(
  'validations.results',
  OldestFirst,
  { createdAt: [madeAs('r.id', 'id')] },
  3,
  ({ after, orderBy }) => `SELECT r.* FROM validation_results r
   WHERE r.session_id = $1 AND ${after} AND ($2 = '' OR r.kind = $2) ORDER BY ${orderBy} LIMIT $3`,
);

/** The results of a session. @throws FORBIDDEN for customers; NOT_FOUND no such session for this actor. */
export async function listResults(
  { all }: Database,
  actor: Actor,
  { sessionId, kind, sort, limit, cursor }: z.output<typeof ListResultsInput>,
): Promise<Page<Presented>> {
  await findSession(all, actor, sessionId);
  const { statement: asked, values, cursorOf } = resultsOf(sort, cursor);
  const rows = await all(asked, [sessionId, kind ?? '', limit + 1, ...values]);
  return toPage(
    rows.map((raw) => decodeRow(ValidationResult, raw)),
    limit,
    cursorOf,
    presentResult,
  );
}

const sumsOf = statement(
  'validations.resultSums',
  `SELECT r.kind, r.status, count(*) AS n, sum(r.compared) AS compared, sum(r.matched) AS matched
   FROM validation_results r WHERE r.session_id = $1 GROUP BY r.kind, r.status`,
);
interface SumRow {
  readonly kind: Presented['kind'];
  readonly status: Presented['status'];
  readonly n: number | string;
  readonly compared: number | string;
  readonly matched: number | string;
}

/** What the results of a session come to. @throws FORBIDDEN for customers; NOT_FOUND no such session for this actor. */
export async function resultStats(
  { all }: Database,
  actor: Actor,
  { sessionId }: z.output<typeof ResultStatsInput>,
): Promise<ResultStats> {
  const { session } = await findSession(all, actor, sessionId);
  const rows = await all<SumRow>(sumsOf, [sessionId]);
  const kinds = validationResultKinds.filter((kind) => rows.some((row) => row.kind === kind));
  const { tests, testsPassed, discrepancies } = presentSession(session);
  return {
    ...sums(rows),
    byKind: kinds.map((kind) => ({ kind, ...sums(rows.filter((row) => row.kind === kind)) })),
    tests,
    testsPassed,
    passRate: fidelityOf(testsPassed, tests),
    discrepancies,
  };
}

function sums(rows: readonly SumRow[]) {
  const total = (of: (row: SumRow) => number | string, status?: SumRow['status']) =>
    rows.filter((row) => status === undefined || row.status === status).reduce((sum, row) => sum + Number(of(row)), 0);
  const n = (status?: SumRow['status']) => total((row) => row.n, status);
  const [compared, matched] = [total((row) => row.compared), total((row) => row.matched)];
  const counts = { results: n(), passed: n('PASSED'), failed: n('FAILED'), skipped: n('SKIPPED') };
  return { ...counts, compared, matched, fidelityScore: fidelityOf(matched, compared) };
}

const testsOf = sortedList(
  'validations.tests',
  OldestFirst,
  { createdAt: [madeAs('t.id', 'id')] },
  3,
  ({ after, orderBy }) => `SELECT t.* FROM behavioral_test_results t WHERE t.session_id = $1 AND ${after}
     AND (CAST($2 AS boolean) IS NULL OR t.passed = CAST($2 AS boolean)) ORDER BY ${orderBy} LIMIT $3`,
);

/** The behavioural tests of a session. @throws FORBIDDEN for customers; NOT_FOUND no such session for this actor. */
export async function listBehavioralTests(
  { all }: Database,
  actor: Actor,
  { sessionId, passed, sort, limit, cursor }: z.output<typeof ListBehavioralTestsInput>,
): Promise<Page<BehavioralTest>> {
  await findSession(all, actor, sessionId);
  const { statement: asked, values, cursorOf } = testsOf(sort, cursor);
  const rows = await all(asked, [sessionId, passed ?? null, limit + 1, ...values]);
  return toPage(
    rows.map((raw) => decodeRow(BehavioralTestResult, raw)),
    limit,
    cursorOf,
    presentTest,
  );
}
