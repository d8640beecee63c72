import type { z } from 'zod';
import { limits } from '../../../../contract/limits.js';
import type { AppendValidationLogInput, AppendValidationLogReply } from '../../../../contract/validation.js';
import { ValidationLog } from '../../../db/models/ValidationLog.js';
import { insertRow, sendRows } from '../../../db/rowStatements.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import { loadSession } from '../sessionRows.js';
import { canEditSession } from '../validations.policy.js';

const insertLine = insertRow(ValidationLog, [
  ...(['id', 'sessionId', 'seq', 'level', 'message', 'createdBy', 'createdAt', 'updatedAt'] as const),
]);
// A line is no version of the session: who edits it meanwhile has lost nothing.
const countLines = statement('validations.countLines', 'UPDATE validation_sessions SET log_seq = $2 WHERE id = $1');
const dropOld = statement(
  'validations.dropLines',
  'DELETE FROM validation_session_logs WHERE session_id = $1 AND seq <= $2',
);

/**
 * Adds lines to a session's log, and drops the oldest ones of a long log. Nobody is told: it is read as it is asked for.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canEditSession`.
 */
export function appendLog(
  deps: WriteDeps,
  actor: Actor,
  input: AppendValidationLogInput,
): Promise<z.output<typeof AppendValidationLogReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.sessions.appendLog', input }, async (unit) => {
    const { session, standing } = await loadSession(unit, actor, input.sessionId);
    demand(canEditSession(standing));
    const about = { sessionId: session.id, createdBy: personOf(actor), createdAt: unit.at, updatedAt: unit.at };
    const rows = input.lines.map((line, nth) => ({ id: newId(), seq: session.logSeq + nth + 1, ...line, ...about }));
    sendRows(unit, insertLine, rows);
    const seq = session.logSeq + rows.length;
    unit.send(countLines, [session.id, seq]);
    if (seq > limits.logLinesKept) unit.send(dropOld, [session.id, seq - limits.logLinesKept]);
    return { seq };
  });
}
