import { nestUnits } from '../../db/nestedUnits.js';
import type { Deps } from '../../features/deps.js';
import { limits } from '../../../contract/limits.js';
import { createCustomField } from '../../features/customFields/commands/createCustomField.js';
import { listCustomFields } from '../../features/customFields/customFields.queries.js';
import { orNull } from '../../features/validations/compare/summary.js';
import type { Actor } from '../../kernel/actor.js';
import { findAdministrator } from '../administrator.js';
import type { Progress } from '../output.js';
import { findDoneRows, keyedRows, pages, type DoneRows, type KeyedRow } from './doneRows.js';
import type { KnownCase, RowImport } from './importRow.js';
import { importPage, PAGE_ROWS } from './importPage.js';
import { logRows } from './logRows.js';
import { fieldKeyOf, type Mapping } from './mapping.js';
import { keyOfProject, openProject } from './openProject.js';
import { peopleOf } from './people.js';
import type { ImportCounts, ImportReport } from './report.js';
import { sortLog, type SortedLog } from './sortedLog.js';
import { validateLog } from './validateLog.js';

export interface ImportOrder {
  readonly file: string;
  readonly mapping: Mapping;
  /** Key of the project; null: the mapping's. */
  readonly projectKey: string | null;
  /** Address of the administrator who imports; null: the first there is. */
  readonly as: string | null;
  readonly dryRun: boolean;
  /** Compare the log with what is there afterwards. */
  readonly validate?: boolean;
  readonly progress: (total: number) => Progress;
}

/**
 * Turns a log into tickets, handovers and states by the commands that the API runs, each at the time of its row and in the order
 * of time over the whole file. Each command has an idempotency key made from what its row says: an import that was
 * cut short, or of a log that has grown, goes on where it ended. A dry run is the same, undone.
 * @throws BAD_INPUT the file, mapping or project cannot be used: nothing was written.
 */
export async function importLog(deps: Deps, order: ImportOrder, report: ImportReport<ImportCounts>): Promise<void> {
  const log = await sortLog(logRows(order.file, order.mapping, report.misfit));
  const shown = order.progress(log.size);
  try {
    report.counts.rowsRead = log.size + report.counts.misfits;
    const prepared = await prepare(deps, order, log);
    if (order.dryRun) return await rehearse(prepared, report, shown);
    const context = await runAll(prepared, report, shown);
    if (order.validate !== true) return;
    report.validation = await orNull(deps, validateLog(context, order.file, prepared.rows('case'), log.size));
  } finally {
    shown.end();
    await log.close();
  }
}

interface Prepared {
  readonly deps: Deps;
  readonly actor: Actor;
  readonly mapping: Mapping;
  readonly projectKey: string;
  readonly done: DoneRows;
  readonly rows: (order: 'time' | 'case') => AsyncGenerator<KeyedRow>;
}

async function prepare(deps: Deps, { mapping, projectKey, as }: ImportOrder, log: SortedLog): Promise<Prepared> {
  const { all } = deps.db;
  const actor = await findAdministrator(all, as);
  const key = keyOfProject(projectKey, mapping.project);
  const rows = (order: 'time' | 'case') => keyedRows(log.rows(order), mapping.name, key);
  const done = await findDoneRows(all, actor.userId, mapping.name, log.size, rows('time'));
  return { deps, actor, mapping, projectKey: key, done, rows };
}

async function runAll(prepared: Prepared, report: ImportReport<ImportCounts>, shown: Progress): Promise<RowImport> {
  const people = new Set<string>();
  const context = await contextIn(prepared.deps, prepared, people);
  const cases = new Map<string, KnownCase>();
  let seen = 0;
  for await (const page of pages(prepared.rows('time'), PAGE_ROWS)) {
    const { counts, misfits } = await importPage(context, cases, page);
    report.add({ ...counts, peopleCreated: people.size - report.counts.peopleCreated }, misfits);
    shown.to((seen += page.length));
  }
  return context;
}

/**
 * Case by case, a few of them in a transaction that is then undone: what becomes of a case depends on no other. So neither memory nor
 * the locks that others wait for grow with the log.
 */
async function rehearse(prepared: Prepared, report: ImportReport<ImportCounts>, shown: Progress): Promise<void> {
  const people = new Set<string>();
  const units = nestUnits(prepared.deps.db);
  const deps: Deps = { ...prepared.deps, db: units.db, wake: () => undefined };
  let seen = 0;
  const caseEnds = (last: KeyedRow, next: KeyedRow) => last.row.caseId !== next.row.caseId;
  for await (const page of pages(prepared.rows('case'), PAGE_ROWS, caseEnds)) {
    await units.begin();
    try {
      const context = await contextIn(deps, prepared, people);
      const { counts, misfits } = await importPage(context, new Map(), page);
      report.add({ ...counts, peopleCreated: people.size - report.counts.peopleCreated }, misfits);
    } finally {
      await units.rollback();
    }
    shown.to((seen += page.length));
  }
}

/** What rows are imported with; the project is made if it is missing. `people` gathers those who are made. */
async function contextIn(deps: Deps, prepared: Prepared, people: Set<string>): Promise<RowImport> {
  const { actor, mapping, projectKey, done } = prepared;
  const projectId = await openProject(deps, actor, mapping.project, projectKey);
  await openFields(deps, actor, mapping, projectId);
  const userOf = peopleOf(deps, actor, mapping.name, projectId, (person) => people.add(person));
  return { deps, actor, mapping, projectId, done, userOf };
}

/** What a log says of its cases becomes custom fields of the project; those that are there are taken as they are. */
async function openFields(deps: Deps, actor: Actor, { fields }: Mapping, projectId: string): Promise<void> {
  const { items } = await listCustomFields(deps.db, actor, { projectId, limit: limits.pageSizeMax });
  for (const label of Object.keys(fields)) {
    const key = fieldKeyOf(label);
    if (items.some((item) => item.key === key)) continue;
    await createCustomField(deps, actor, { projectId, key, kind: 'TEXT', label, options: [], required: false });
  }
}
