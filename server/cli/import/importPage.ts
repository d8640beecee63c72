import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../../db/databaseErrors.js';
import { nestUnits } from '../../db/nestedUnits.js';
import { addWake, type Wake } from '../../db/wake.js';
import type { StepRun } from './applyRow.js';
import { keyOf, keysKnown, rememberKeys, type KeyedRow } from './doneRows.js';
import { importRow, type KnownCase, type PageRun, type RowImport } from './importRow.js';
import { noCounts } from './report.js';

/** Rows whose commands share a transaction: enough to spare the disk, few enough that nobody waits long for the project. */
export const PAGE_ROWS = 25;
/** How long an import waits for a database that went away in the middle of a COMMIT. */
const PATIENCE_MS = 60_000;

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
  const units = nestUnits(deps.db, { savepoints: false });
  const keys: string[] = [];
  const moved = new Map<string, Wake>();
  const wake = (wakes: readonly Wake[]) => wakes.forEach((each) => addWake(moved, each));
  const remember = (...step: Parameters<typeof keyOf>): undefined => void keys.push(keyOf(...step));
  const run = pageRun(cases, { deps: { ...deps, db: units.db, wake }, keyOf: remember, forgiving: false });
  try {
    await units.begin();
    try {
      for (const keyed of page) await importRow(context, run, keyed);
      await rememberKeys(units.db.all, actor.userId, keys);
    } catch (error) {
      await units.rollback().catch(() => undefined);
      throw error;
    }
    await units.commit();
  } catch (error) {
    if (!isTransient(error) || !(await wasCommitted(context, keys))) return null;
  }
  if (moved.size > 0) deps.wake([...moved.values()]);
  return run;
}

/** Asks, until the database answers again, whether the page's keys are there: all of them or none. */
async function wasCommitted({ deps, actor }: RowImport, keys: readonly string[]): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return keys.length > 0 && (await keysKnown(deps.db.all, actor.userId, keys)).size > 0;
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}
