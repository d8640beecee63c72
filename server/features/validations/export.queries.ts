import { limits } from '../../../contract/limits.js';
import { DiscrepancyPage, BehavioralTestPage, ResultPage } from '../../../contract/finding.js';
import { ValidationLogPage, type ExportValidationInput, type ValidationExport } from '../../../contract/validation.js';
import type { Page } from '../../../contract/text.js';
import { tableText } from '../../csv/tableText.js';
import type { Database } from '../../db/database.js';
import type { Actor } from '../../kernel/actor.js';
import { listDiscrepancies } from './discrepancies.queries.js';
import { listBehavioralTests, listResults } from './findings.queries.js';
import { listLogs } from './sessions.queries.js';

type Line = Readonly<Record<string, unknown>>;
interface Asked {
  readonly sessionId: string;
  readonly limit: number;
  readonly cursor?: string;
}
interface Part {
  readonly columns: readonly string[];
  readonly read: (db: Database, actor: Actor, asked: Asked) => Promise<Page<Line>>;
}

/** Each part as its list has it, in the order of the contract's fields. */
const parts: Readonly<Record<ExportValidationInput['part'], Part>> = {
  RESULTS: { columns: Object.keys(ResultPage.shape.items.element.shape), read: listResults },
  DISCREPANCIES: { columns: Object.keys(DiscrepancyPage.shape.items.element.shape), read: listDiscrepancies },
  TESTS: { columns: Object.keys(BehavioralTestPage.shape.items.element.shape), read: listBehavioralTests },
  LOGS: { columns: Object.keys(ValidationLogPage.shape.items.element.shape), read: listLogs },
};

/**
 * One page of what a session holds as text; pages put one behind the other are one file of CSV.
 * @throws FORBIDDEN for customers; NOT_FOUND no such session for this actor; BAD_INPUT a foreign cursor.
 */
export async function exportSession(
  db: Database,
  actor: Actor,
  { sessionId, part, format, cursor }: ExportValidationInput,
): Promise<ValidationExport> {
  const { columns, read } = parts[part];
  const page = await read(db, actor, { sessionId, limit: limits.pageSizeMax, ...(cursor !== undefined && { cursor }) });
  const text = format === 'json' ? jsonOf(page.items, columns) : csvOf(page.items, columns, cursor === undefined);
  return { format, text, rows: page.items.length, nextCursor: page.nextCursor };
}

const jsonOf = (lines: readonly Line[], columns: readonly string[]): string => {
  const objects = lines.map((line) => JSON.stringify(Object.fromEntries(columns.map((name) => [name, line[name]]))));
  return `[${objects.join(',\n')}]`;
};

/** Values that were compared stand as JSON, so that a text and a number are told apart. */
const asJson = new Set(['expected', 'actual', 'details']);
const csvOf = (lines: readonly Line[], columns: readonly string[], isFirst: boolean): string => {
  const cell = (line: Line, name: string): string => {
    const value = line[name];
    if (asJson.has(name)) return JSON.stringify(value);
    if (typeof value === 'string') return value;
    return value === null || value === undefined ? '' : JSON.stringify(value);
  };
  const rows = lines.map((line) => columns.map((name) => cell(line, name)));
  return tableText([...(isFirst ? [[...columns]] : []), ...rows]);
};
