import { QueryTypes } from 'sequelize';
import { openDatabase } from '../../server/db/database.js';
import { createLogger } from '../../server/kernel/logger.js';
import { isDeepStrictEqual } from 'node:util';
import type { CsvReport } from '../../contract/csvSync.js';
import type { DirtyTruth, Written } from './dirtyTickets.js';

type Row = Omit<Written, 'storyPoints' | 'dueDate'> & {
  readonly id: string;
  readonly points: number | null;
  readonly due: string | null;
  readonly version: number;
  readonly events: number | string;
  readonly lines: number | string;
  readonly found: number | string;
};

const written = (
  search: string,
): string => `SELECT t.external_id AS id, t.description, t.story_points AS points, s.name AS skill, t.priority,
    CAST(t.due_date AS text) AS due, t.version,
    (SELECT count(*) FROM events e WHERE e.ticket_id = t.id) AS events,
    (SELECT count(*) FROM ticket_history h WHERE h.ticket_id = t.id) AS lines,
    (SELECT count(*) FROM ${search} x WHERE x.ticket_id = t.id) AS found
  FROM tickets t LEFT JOIN skills s ON s.id = t.required_skill_id WHERE t.external_source = $1`;

/**
 * What the database holds of a source that its file does not say, and the other way round; each ticket once, told once, and once more where
 * one of its fields was `changed`.
 */
export async function differencesIn(
  url: string,
  source: string,
  { tickets }: DirtyTruth,
  changed: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    const rows = await db.sequelize.query<Row>(written('ticket_search'), { bind: [source], type: QueryTypes.SELECT });
    const found = new Map(rows.map((row) => [row.id, row]));
    const differences = rows.length === found.size ? [] : ['some are there twice'];
    for (const [id, { storyPoints: points, dueDate: due, ...rest }] of tickets) {
      const times = changed.has(id) ? 2 : 1;
      const wanted = { id, ...rest, points, due, version: times, events: times, lines: times, found: 1 };
      const row = found.get(id);
      const is = row && { ...row, events: Number(row.events), lines: Number(row.lines), found: Number(row.found) };
      if (!isDeepStrictEqual({ ...is }, wanted)) differences.push(`${id}: ${JSON.stringify(is)}`);
      found.delete(id);
    }
    return [...differences, ...[...found.keys()].map((id) => `${id} is not in the file`)];
  } finally {
    await db.close();
  }
}

/** What a report says beside what its file is known to hold: so many of its tickets there had been already, and were or were not as it says. */
export function differencesOf(
  report: CsvReport,
  truth: DirtyTruth,
  { unchanged = 0, updated = 0 }: Partial<Pick<CsvReport, 'unchanged' | 'updated'>> = {},
): string[] {
  const shown = truth.refusals.slice(0, report.refusals.length);
  const wanted = {
    rows: truth.created + truth.refusals.length,
    created: truth.created - unchanged - updated,
    updated,
    unchanged,
    refused: truth.refusals.length,
    refusals: shown,
  };
  const is = {
    rows: report.rows,
    created: report.created,
    updated: report.updated,
    unchanged: report.unchanged,
    refused: report.refused,
    refusals: report.refusals.map(({ line, column }) => ({ line, column })),
  };
  return Object.entries(wanted).flatMap(([name, value]) =>
    isDeepStrictEqual(is[name as keyof typeof is], value)
      ? []
      : [`${name}: ${JSON.stringify(is[name as keyof typeof is]).slice(0, 200)}`],
  );
}
