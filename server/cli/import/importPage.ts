import type { StepRun } from './applyRow.js';
import { keyOf, type KeyedRow } from './doneRows.js';
import { importRow, type KnownCase, type PageRun, type RowImport } from './importRow.js';
import { inOneTransaction } from './oneTransaction.js';
import { noCounts } from './report.js';

/** Rows whose commands share a transaction: enough to spare the disk, few enough that nobody waits long for the project. */
export const PAGE_ROWS = 25;

/**
 * Turns a page of rows into commands; `cases` is what the rows before came to, and is brought up to date. What a command refuses is
 * reported, and the next row follows.
 * @throws what is not a row's fault: all that was committed stays, and the same import goes on from there.
 */
export async function importPage(
  context: RowImport,
  cases: Map<string, KnownCase>,
  page: readonly KeyedRow[],
): Promise<PageRun> {
  // People are made by transactions of their own, before: what is undone below leaves them there.
  for (const { row } of page) if (row.person !== null) await context.userOf(row.person);
  const run = (await together(context, cases, page)) ?? (await oneByOne(context, cases, page));
  for (const [caseId, known] of run.cases) cases.set(caseId, known);
  return run;
}

type Cases = ReadonlyMap<string, KnownCase>;

const pageRun = (before: Cases, run: Omit<StepRun, 'counts'> & Pick<PageRun, 'forgiving'>): PageRun => ({
  ...run,
  before,
  counts: noCounts(),
  cases: new Map(),
  misfits: [],
});

/** The careful way: each command in a transaction of its own, so that the one that is refused spoils no other. */
async function oneByOne(context: RowImport, cases: Cases, page: readonly KeyedRow[]): Promise<PageRun> {
  const run = pageRun(cases, { deps: context.deps, keyOf, forgiving: true });
  for (const keyed of page) await importRow(context, run, keyed);
  return run;
}

/**
 * The fast way: the page's commands in one transaction that also holds their keys. Null when it was undone, because of a command
 * that was refused or of anything else; the other way tells which.
 */
async function together(context: RowImport, cases: Cases, page: readonly KeyedRow[]): Promise<PageRun | null> {
  const { deps, actor } = context;
  const outcome = await inOneTransaction(deps, actor, async (within, keep) => {
    const remember = (...step: Parameters<typeof keyOf>): undefined => keep(keyOf(...step));
    const run = pageRun(cases, { deps: within, keyOf: remember, forgiving: false });
    for (const keyed of page) await importRow(context, run, keyed);
    return run;
  });
  return 'result' in outcome ? outcome.result : null;
}
