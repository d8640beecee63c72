import type { AddBehavioralTestsInput, AddBehavioralTestsReply } from '../../../../contract/finding.js';
import { BehavioralTestResult } from '../../../db/models/BehavioralTestResult.js';
import { insertRow, sendRows } from '../../../db/rowStatements.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import { loadSession, updateSession } from '../sessionRows.js';
import { tellSession } from '../tellValidation.js';
import { canEditSession } from '../validations.policy.js';
import { presentTest, type TestRow } from '../validations.present.js';

const insertTest = insertRow(BehavioralTestResult, [
  ...(['id', 'sessionId', 'scenario', 'expected', 'actual', 'passed', 'durationMs', 'createdAt', 'updatedAt'] as const),
]);

/**
 * Puts down what both systems answered in some scenarios.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canEditSession`.
 */
export function addBehavioralTests(
  deps: WriteDeps,
  actor: Actor,
  input: AddBehavioralTestsInput,
): Promise<AddBehavioralTestsReply> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.behavioralTests.add', input }, async (unit) => {
    const { session, standing } = await loadSession(unit, actor, input.sessionId);
    demand(canEditSession(standing));
    const rows = input.tests.map(({ scenario, expected, actual, passed, durationMs }): TestRow => ({
      id: newId(),
      sessionId: session.id,
      scenario,
      expected: JSON.stringify(expected ?? null),
      actual: JSON.stringify(actual ?? null),
      passed: passed ?? canonicalJson(expected) === canonicalJson(actual),
      durationMs,
      createdAt: unit.at,
      updatedAt: unit.at,
    }));
    sendRows(unit, insertTest, rows);
    const good = rows.filter(({ passed }) => passed).length;
    const counted = { tests: session.tests + rows.length, testsPassed: session.testsPassed + good };
    await tellSession(unit, updateSession(unit, session, counted));
    return { sessionId: session.id, tests: rows.map(presentTest) };
  });
}
