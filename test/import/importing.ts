import { adHoc } from '../../server/db/statement.js';
import type { Deps } from '../../server/features/deps.js';
import { importLog } from '../../server/cli/import/importLog.js';
import type { Misfit } from '../../server/csv/misfit.js';
import { readMapping } from '../../server/cli/import/mapping.js';
import { logReport, type ImportCounts } from '../../server/cli/import/report.js';

export const smallLog = 'test/import/smallLog.csv';
export const helpdesk = 'imports/helpdesk.json';

interface Options {
  readonly map?: string;
  readonly project?: string;
  readonly as?: string;
  readonly dryRun?: boolean;
}

/** Imports as the command line does, without a process of its own. */
export async function importInto(
  deps: Deps,
  file: string,
  { map = helpdesk, project, as, dryRun = false }: Options = {},
): Promise<ImportCounts & { misfitRows: readonly Misfit[] }> {
  const report = logReport(null);
  const progress = () => ({ to: () => undefined, end: () => undefined });
  const mapping = await readMapping(map);
  await importLog(deps, { file, mapping, projectKey: project ?? null, as: as ?? null, dryRun, progress }, report);
  return { ...report.counts, misfitRows: report.first };
}

/** `case: who > held > it = status` of every imported ticket, from the history of assignments. */
export async function heldLines({ db }: Deps, source = 'helpdesk'): Promise<string[]> {
  const tickets = await db.all<{ id: string; external_id: string; status: string }>(
    adHoc('SELECT id, external_id, status FROM tickets WHERE external_source = $1'),
    [source],
  );
  const spans = await db.all<{ ticket_id: string; name: string }>(
    adHoc(`SELECT h.ticket_id, u.name FROM assignment_history h JOIN users u ON u.id = h.new_developer_id
      WHERE h.action IN ('CREATED', 'REASSIGNED') ORDER BY h.project_id, h.seq`),
    [],
  );
  const held = new Map<string, string[]>();
  for (const { ticket_id, name } of spans) held.set(ticket_id, [...(held.get(ticket_id) ?? []), name]);
  return tickets
    .map(({ id, external_id, status }) => {
      const holders = (held.get(id) ?? []).filter((name, at, all) => name !== all[at - 1]);
      return `${external_id}: ${holders.join(' > ')} = ${status}`;
    })
    .toSorted();
}

export const countOf = async ({ db }: Deps, table: string): Promise<number> =>
  Number((await db.all<{ n: number | string }>(adHoc(`SELECT count(*) AS n FROM ${table}`), []))[0]?.n);
