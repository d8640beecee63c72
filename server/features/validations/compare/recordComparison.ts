import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FoundDiscrepancy } from '../../../../contract/finding.js';
import type { JsonValue } from '../../../../contract/errors.js';
import { limits } from '../../../../contract/limits.js';
import { isStorable } from '../../../../contract/text.js';
import type { WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { addBehavioralTests } from '../commands/addBehavioralTests.js';
import { addDiscrepancies } from '../commands/addDiscrepancies.js';
import { addResult } from '../commands/addResult.js';
import { appendLog } from '../commands/appendLog.js';
import { createSession } from '../commands/createSession.js';
import { setSessionStatus } from '../commands/setSessionStatus.js';
import { fidelityOf } from '../validations.present.js';
import type {
  ComparedTable,
  Comparison,
  ComparisonReport,
  Difference,
  RowFields,
  Scenario,
  TableReport,
} from './comparison.js';
import { comparePair } from './compareRows.js';

const STORED = 1_000;
/** How often progress is told. */
const TELL_EVERY_MS = 1_000;

/**
 * Opens a session and compares what two sides hold, row by row and field by field, and what they answer. Pages are read as they are compared, so
 * memory does not grow with the tables. A result is written for each table, discrepancies for the first {@link STORED} differences, a
 * behavioural test for each scenario; the session ends COMPLETED, or FAILED when reading failed.
 * @throws what reading threw, once the session says so; and what the commands of validations throw.
 */
export async function recordComparison(
  deps: WriteDeps,
  actor: Actor,
  comparison: Comparison,
): Promise<ComparisonReport> {
  const { name, sourceTechnology, targetTechnology, projectId, request } = comparison;
  const { id } = await createSession(deps, actor, {
    name: fitting(name, limits.nameLength),
    sourceTechnology: fitting(sourceTechnology, limits.technologyLength),
    targetTechnology: fitting(targetTechnology, limits.technologyLength),
    ...(projectId !== null && { projectId }),
    request,
    metadata: {},
  });
  const recording = new Recording(deps, actor, id, comparison);
  try {
    return await recording.run();
  } catch (error) {
    await recording.fail(error);
    throw error;
  }
}

/** Text as the contract takes it. */
const fitting = (text: string, most: number): string =>
  text
    .replace(/[\0\p{Cs}]/gu, '\uFFFD')
    .slice(0, most)
    .replace(/[\uD800-\uDBFF]$/, '') || '-';

type Counts = { -readonly [Name in keyof Omit<TableReport, 'name'>]: number };

class Recording {
  private readonly left: { stored: number };
  private readonly found = { added: 0, seenAgain: 0 };
  private progress = 0;
  private toldAt = 0;
  private pairs = 0;

  constructor(
    private readonly deps: WriteDeps,
    private readonly actor: Actor,
    private readonly sessionId: string,
    private readonly comparison: Comparison,
  ) {
    this.left = { stored: comparison.stored ?? STORED };
  }

  async run(): Promise<ComparisonReport> {
    const { tables, scenarios = [] } = this.comparison;
    await this.status('RUNNING');
    const reports: TableReport[] = [];
    for (const table of tables) reports.push(await this.table(table));
    const tests = await this.scenarios(scenarios);
    const sum = (of: (report: TableReport) => number) => reports.reduce((total, report) => total + of(report), 0);
    const [compared, matched] = [sum((report) => report.compared), sum((report) => report.matched)];
    const report: ComparisonReport = {
      sessionId: this.sessionId,
      compared,
      matched,
      fidelityScore: fidelityOf(matched, compared),
      differences: sum((one) => one.differences),
      discrepancies: this.found,
      tests,
      tables: reports,
    };
    const { sessionId: _, ...response } = report;
    const input = { sessionId: this.sessionId, status: 'COMPLETED', progress: 100, response } as const;
    await setSessionStatus(this.deps, this.actor, input);
    return report;
  }

  /** What broke it is said in its log. Whatever goes wrong with that is less than what went wrong before. */
  async fail(error: unknown): Promise<void> {
    const message = fitting(error instanceof Error ? error.message : String(error), limits.logLineLength);
    const { deps, actor, sessionId } = this;
    try {
      await appendLog(deps, actor, { sessionId, lines: [{ level: 'ERROR', message }] });
      await setSessionStatus(deps, actor, { sessionId, status: 'FAILED' });
    } catch (also) {
      deps.log.warn({ sessionId, error: String(also) }, 'a validation that failed could not say so');
    }
  }

  private async table(table: ComparedTable): Promise<TableReport> {
    const counts: Counts = { rows: 0, missing: 0, unexpected: 0, compared: 0, matched: 0, differences: 0 };
    for await (const pairs of table.pairs) {
      const differences: Difference[] = [];
      for (const pair of pairs) {
        const outcome = comparePair(table, pair);
        counts.rows++;
        if (!pair.target && pair.source) counts.missing++;
        if (!pair.source && pair.target) counts.unexpected++;
        counts.compared += outcome.compared;
        counts.matched += outcome.matched;
        counts.differences += outcome.differences.length;
        const room = this.left.stored - differences.length;
        if (room > 0) differences.push(...outcome.differences.slice(0, room));
      }
      await this.store(differences);
      await this.tell(pairs.length);
    }
    const { rows, missing, unexpected, compared, matched, differences } = counts;
    const details = { table: table.name, rows, missing, unexpected, differences };
    const { deps, actor, sessionId } = this;
    await addResult(deps, actor, { sessionId, kind: 'DATA', compared, matched, details });
    return { name: table.name, ...counts };
  }

  private async store(differences: readonly Difference[]): Promise<void> {
    this.left.stored -= differences.length;
    for (let at = 0; at < differences.length; at += limits.findingsMax) {
      const discrepancies = differences.slice(at, at + limits.findingsMax).map(asFound);
      const { deps, actor, sessionId } = this;
      const { added, seenAgain } = await addDiscrepancies(deps, actor, { sessionId, discrepancies });
      this.found.added += added;
      this.found.seenAgain += seenAgain;
    }
  }

  /** Now and then; others have their turn meanwhile. */
  private async tell(pairs: number): Promise<void> {
    this.pairs += pairs;
    await nextTurn();
    const total = this.comparison.tables.reduce((sum, table) => sum + (table.total ?? 0), 0);
    const progress = total === 0 ? 0 : Math.min(99, Math.floor((this.pairs / total) * 100));
    const isDue = Date.now() - this.toldAt >= TELL_EVERY_MS && progress > this.progress;
    if (isDue) await this.status('RUNNING', progress);
  }

  private async status(status: 'RUNNING', progress = 0): Promise<void> {
    this.progress = progress;
    this.toldAt = Date.now();
    await setSessionStatus(this.deps, this.actor, { sessionId: this.sessionId, status, progress });
  }

  private async scenarios(scenarios: readonly Scenario[]): Promise<ComparisonReport['tests']> {
    let passed = 0;
    for (let at = 0; at < scenarios.length; at += limits.findingsMax) {
      const tests = [];
      for (const scenario of scenarios.slice(at, at + limits.findingsMax)) tests.push(await ask(scenario));
      const { deps, actor, sessionId } = this;
      await addBehavioralTests(deps, actor, { sessionId, tests });
      passed += tests.filter((test) => test.passed).length;
    }
    return { run: scenarios.length, passed };
  }
}

async function ask({ name, source, target }: Scenario) {
  const expected = await source();
  const begun = performance.now();
  const actual = await target();
  const durationMs = Math.round(performance.now() - begun);
  const passed = canonicalJson(expected) === canonicalJson(actual);
  return {
    scenario: fitting(name, limits.titleLength),
    expected: storable(expected),
    actual: storable(actual),
    passed,
    durationMs,
  };
}

const asFound = ({ type, severity, path, expected, actual }: Difference): FoundDiscrepancy => ({
  type,
  severity,
  sourcePath: fitting(path, limits.comparedPathLength),
  targetPath: fitting(path, limits.comparedPathLength),
  expected: storable(expected),
  actual: storable(actual),
});

/** A value as it can be stored: one that is too long, or cannot be, as the beginning of its text. */
function storable(value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  if (text.length <= limits.comparedJson && isStorableText(value)) return value;
  return fitting(typeof value === 'string' ? value : text, limits.comparedJson / 10);
}

const isStorableText = (value: JsonValue): boolean => {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value as RowFields).every(([name, one]) => isStorable(name) && isStorableText(one));
};
