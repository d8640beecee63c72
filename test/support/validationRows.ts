import type { Transaction } from 'sequelize';
import { BehavioralTestResult } from '../../server/db/models/BehavioralTestResult.js';
import { Discrepancy } from '../../server/db/models/Discrepancy.js';
import { ValidationLog } from '../../server/db/models/ValidationLog.js';
import { ValidationMetric } from '../../server/db/models/ValidationMetric.js';
import { ValidationResult } from '../../server/db/models/ValidationResult.js';
import { ValidationSession } from '../../server/db/models/ValidationSession.js';
import { ValidationShare } from '../../server/db/models/ValidationShare.js';
import { ValidationStatusChange } from '../../server/db/models/ValidationStatusChange.js';

interface Of {
  readonly idOf: (n: number) => string;
  readonly at: Date;
}

/** Rows of everything about validations, beside those that `everyTable` has. */
export async function fillValidations(transaction: Transaction, { idOf, at }: Of): Promise<void> {
  const options = { transaction, silent: true };
  const stamps = { createdAt: at, updatedAt: at };
  const [userId, sessionId, resultId] = [idOf(2), idOf(50), idOf(54)];
  const sides = {
    sourceTechnology: 'Jira',
    targetTechnology: 'Ümlaut',
    sourceKey: 'jira',
    targetKey: 'ümlaut',
    projectId: idOf(20),
  };
  const counts = { nLow: 0, nMedium: 0, nHigh: 1, nCritical: 0, tests: 1, testsPassed: 1 };
  const gone = { deletedAt: at, deletedBy: userId, deleteReason: 'twice' };
  const whole = { request: { z: [1, null], a: 'é' }, response: { ok: true }, metadata: {}, ownerId: userId };
  const scored = { compared: 2 ** 41, matched: 2 ** 40, fidelityScore: 0.5, progress: 100, logSeq: 1 };
  const times = { startedAt: at, finishedAt: at, archivedAt: at };
  const session = { name: 'Étage', status: 'COMPLETED', ...whole, ...scored, ...counts, ...times, ...sides } as const;
  await ValidationSession.create({ id: sessionId, ...session, ...stamps }, options);
  await ValidationSession.create({ id: idOf(51), ...session, ...gone, ...stamps }, options);
  const by = { changedBy: userId, changedByName: 'Ada', reason: 'because' };
  const step = { fromStatus: 'RUNNING', toStatus: 'COMPLETED' } as const;
  await ValidationStatusChange.create({ id: idOf(52), sessionId, ...step, ...by, ...stamps }, options);
  const line = { seq: 1, level: 'WARN', message: 'Näh\n', createdBy: userId } as const;
  await ValidationLog.create({ id: idOf(53), sessionId, ...line, ...stamps }, options);
  await ValidationShare.create({ id: idOf(53), sessionId, userId, permission: 'EDIT', ...stamps }, options);
  const compared = { kind: 'DATA', status: 'FAILED', compared: 3, matched: 1, fidelityScore: 1 / 3 } as const;
  await ValidationResult.create({ id: resultId, sessionId, ...compared, details: { table: 'ß' }, ...stamps }, options);
  const where = { sourcePath: 'a/ü', targetPath: 'b', expected: '"x"', actual: 'null', foundOn: '2026-11-22' };
  const found = { sessionId, lastSessionId: sessionId, projectId: idOf(20), resultId, ...where, lastSeenAt: at };
  const kind = { type: 'VALUE', severity: 'HIGH' } as const;
  await Discrepancy.create(
    {
      id: idOf(55),
      ...found,
      ...kind,
      fingerprint: 'c'.repeat(64),
      status: 'TICKETED',
      ticketId: idOf(23),
      seen: 2,
      ...stamps,
    },
    options,
  );
  const waived = { status: 'WAIVED', decidedOn: '2026-11-22', decidedAt: at, decidedBy: userId, reason: 'so' } as const;
  await Discrepancy.create(
    { id: idOf(56), ...found, ...kind, fingerprint: 'd'.repeat(64), ...waived, ...stamps },
    options,
  );
  const answer = { scenario: 'Wie viele?', expected: '[1,2]', actual: '[1,2]', passed: true, durationMs: 7 };
  await BehavioralTestResult.create({ id: idOf(57), sessionId, ...answer, ...stamps }, options);
  const day = { day: '2026-11-22', sessions: 1, scored: 1, fidelitySum: 500_000_000, ...counts, ...sides };
  await ValidationMetric.create({ id: idOf(58), ...day, ...stamps }, options);
}
