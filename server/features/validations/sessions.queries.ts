import type { z } from 'zod';
import type { validationSorts } from '../../../contract/enums.js';
import { limits } from '../../../contract/limits.js';
import {
  LogSort,
  type ListValidationLogsInput,
  type ListValidationsInput,
  type ValidationIdInput,
  type ValidationLogPage,
  type ValidationPage,
  type ValidationSessionDetail,
  type ValidationShare,
} from '../../../contract/validation.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import type { Dialect } from '../../db/dialect.js';
import { ValidationLog } from '../../db/models/ValidationLog.js';
import { ValidationShare as ShareModel } from '../../db/models/ValidationShare.js';
import { ValidationStatusChange } from '../../db/models/ValidationStatusChange.js';
import { adHoc, statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { numbered, sortedList } from '../sortedList.js';
import { Parameters, ticketScope } from '../tickets/ticketScope.js';
import { decodeSession, findSession, technologyKey } from './sessionRows.js';
import { canValidate, canValidateIn, mayEditSession } from './validations.policy.js';
import { presentSession, presentSessionDetail } from './validations.present.js';

const sharesOfSession = statement(
  'validations.shares',
  `SELECT h.*, u.name AS user_name FROM validation_session_shares h JOIN users u ON u.id = h.user_id
   WHERE h.session_id = $1 ORDER BY u.name, u.id`,
);
const changesOfSession = statement(
  'validations.statusChanges',
  `SELECT c.* FROM validation_status_changes c WHERE c.session_id = $1 ORDER BY c.id DESC
   LIMIT ${limits.statusChangesShown}`,
);

/** Whom a session is shared with, by name. */
export async function sharesOf(all: RunStatement, sessionId: string): Promise<ValidationShare[]> {
  const rows = await all<{ user_name: string }>(sharesOfSession, [sessionId]);
  return rows.map(({ user_name: name, ...columns }) => {
    const { userId, permission, createdAt } = decodeRow(ShareModel, columns);
    return { userId, name, permission, createdAt: createdAt.toISOString() };
  });
}

/** @throws FORBIDDEN for customers; NOT_FOUND no such session for this actor. */
export async function getSession(
  { all }: Database,
  actor: Actor,
  { sessionId }: z.output<typeof ValidationIdInput>,
): Promise<ValidationSessionDetail> {
  const { session, standing } = await findSession(all, actor, sessionId);
  const [shares, changes] = await Promise.all([sharesOf(all, sessionId), all(changesOfSession, [sessionId])]);
  const statusChanges = changes.toReversed().map((raw) => {
    const row = decodeRow(ValidationStatusChange, raw);
    const { fromStatus: from, toStatus: to, reason, changedBy, changedByName } = row;
    return { from, to, reason, changedBy, changedByName, changedAt: row.createdAt.toISOString() };
  });
  return presentSessionDetail(session, { shares, statusChanges, canEdit: mayEditSession(standing) });
}

/**
 * The condition, on alias `s`, that keeps a statement to sessions that the actor sees.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN no staff there, or a customer.
 */
export async function seenSessions(
  { all, dialect }: Pick<Database, 'all' | 'dialect'>,
  actor: Actor,
  projectId: string | undefined,
  parameters: Parameters,
): Promise<string> {
  demand(canValidate(actor));
  if (actor.role === 'ADMIN' && projectId === undefined) return 's.deleted_at IS NULL';
  const { staffOf, customerOf } = await ticketScope(all, actor, projectId);
  if (projectId !== undefined) {
    if (customerOf.length > 0) demand(canValidateIn({ role: actor.role, projectRole: 'CUSTOMER' }));
    return `s.deleted_at IS NULL AND s.project_id = ${parameters.bind(projectId)}`;
  }
  return `s.deleted_at IS NULL AND ${ownOrShared(dialect, parameters, actor, staffOf)}`;
}

function ownOrShared(d: Dialect, parameters: Parameters, actor: Actor, staffOf: readonly string[]): string {
  const me = parameters.bind(actor.userId);
  return `(${d.anyOf('s.project_id', parameters.bind(staffOf))} OR (s.owner_id = ${me} AND s.project_id IS NULL)
    OR EXISTS (SELECT 1 FROM validation_session_shares h WHERE h.session_id = s.id AND h.user_id = ${me}))`;
}

/** Never null, so that both databases put what has no score yet in the same place: below all others. */
const sortColumns: Readonly<Record<(typeof validationSorts)[number], string>> = {
  createdAt: 's.created_at',
  updatedAt: 's.updated_at',
  name: 's.name',
  fidelityScore: 'coalesce(s.fidelity_score, -1)',
};
/** Signs that LIKE would take for something else. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * Sessions that the actor sees, by page, with how many there are.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN no staff there, or a customer.
 */
export async function listSessions(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListValidationsInput>,
): Promise<ValidationPage> {
  const { status, technology, projectId, text, archived, from, to, sort, page, limit } = input;
  const parameters = new Parameters();
  const where = [
    await seenSessions(db, actor, projectId, parameters),
    archived ? 's.archived_at IS NOT NULL' : 's.archived_at IS NULL',
  ];
  if (status) where.push(db.dialect.anyOf('s.status', parameters.bind(status)));
  if (technology !== undefined) {
    const key = parameters.bind(technologyKey(technology));
    where.push(`(s.source_key = ${key} OR s.target_key = ${key})`);
  }
  if (text) where.push(`lower(s.name) LIKE lower(${parameters.bind(`%${literal(text)}%`)}) ESCAPE '\\'`);
  if (from !== undefined) where.push(`s.created_at >= ${parameters.bind(new Date(from))}`);
  if (to !== undefined) where.push(`s.created_at < ${parameters.bind(new Date(to))}`);
  const chosen = where.join(' AND ');
  const by = `${sortColumns[sort.by]} ${sort.dir}, s.id ${sort.dir}`;
  const counted = adHoc(`SELECT CAST(count(*) AS INTEGER) AS total FROM validation_sessions s WHERE ${chosen}`);
  const paged = adHoc(`SELECT s.*, u.name AS owner_name FROM validation_sessions s
    LEFT JOIN users u ON u.id = s.owner_id WHERE ${chosen} ORDER BY ${by} LIMIT ${limit} OFFSET ${(page - 1) * limit}`);
  // One moment: the total is that of the pages.
  return db.snapshot(async (all) => {
    const [count] = await all<{ total: number }>(counted, parameters.values);
    const total = count?.total ?? 0;
    const items = (await all(paged, parameters.values)).map((raw) => presentSession(decodeSession(raw)));
    return { items, total, page, pages: Math.ceil(total / limit) };
  });
}

const linesOf = sortedList(
  'validations.lines',
  LogSort,
  { seq: [numbered('l.seq', 'seq')] },
  3,
  ({ after, orderBy }) => `SELECT l.* FROM validation_session_logs l
   WHERE l.session_id = $1 AND ${after} AND ($2 = '' OR l.level = $2) ORDER BY ${orderBy} LIMIT $3`,
);

/** The lines of a session. @throws FORBIDDEN for customers; NOT_FOUND no such session for this actor. */
export async function listLogs(
  { all }: Database,
  actor: Actor,
  { sessionId, level, sort, limit, cursor }: z.output<typeof ListValidationLogsInput>,
): Promise<ValidationLogPage> {
  await findSession(all, actor, sessionId);
  const { statement: asked, values, cursorOf } = linesOf(sort, cursor);
  const rows = await all(asked, [sessionId, level ?? '', limit + 1, ...values]);
  return toPage(
    rows.map((raw) => decodeRow(ValidationLog, raw)),
    limit,
    cursorOf,
    ({ seq, level: said, message, createdBy, createdAt }) => ({
      seq,
      level: said,
      message,
      createdBy,
      at: createdAt.toISOString(),
    }),
  );
}
