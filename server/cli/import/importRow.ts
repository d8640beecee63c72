import type { Misfit } from '../../csv/misfit.js';
import { applyStep, type ImportContext, type StepRun } from './applyRow.js';
import { loadCase } from './caseStatements.js';
import type { DoneRows, KeyedRow } from './doneRows.js';
import type { LogRow } from './logRows.js';
import { planRow, type CaseState, type RowMeaning, type Step, type StepKind } from './planRow.js';
import { refusal } from './refusal.js';

export interface RowImport extends ImportContext {
  readonly done: DoneRows;
  /** The user that a person of the log is; made on first sight. */
  readonly userOf: (person: string) => Promise<string>;
}

/** A case as the rows before left it, or why none of its rows can be taken over. */
export type KnownCase = { readonly state: CaseState } | { readonly refused: string };

/** What rows come to that are kept or undone together. */
export interface PageRun extends StepRun {
  /** What the rows before these came to. */
  readonly before: ReadonlyMap<string, KnownCase>;
  readonly cases: Map<string, KnownCase>;
  readonly misfits: Misfit[];
  /** Whether a refused command is reported and passed over; otherwise it is thrown. */
  readonly forgiving: boolean;
}

/** Turns a row into commands, unless an earlier run has done so. @throws what is not the row's fault. */
export async function importRow(context: RowImport, run: PageRun, keyed: KeyedRow): Promise<void> {
  const { row, place } = keyed;
  const { caseId, line } = row;
  const { counts, cases, before, misfits } = run;
  const { done } = context;
  const steps = done.at(place);
  const known = cases.get(caseId) ?? before.get(caseId);
  if (place < done.lastOf(caseId)) {
    counts[steps.size > 0 ? 'alreadyDone' : 'unchanged']++;
  } else if (known && 'refused' in known) {
    misfits.push({ line, column: null, value: caseId, reason: known.refused });
  } else {
    const begun = known?.state ?? (done.lastOf(caseId) >= 0 ? await stateOf(context, run, caseId) : null);
    cases.set(caseId, await runRow(context, run, keyed, begun, steps));
  }
}

const stateOf = ({ mapping }: RowImport, { deps }: PageRun, caseId: string): Promise<CaseState | null> =>
  loadCase(deps.db.all, mapping.name, caseId);

async function runRow(
  context: RowImport,
  run: PageRun,
  keyed: KeyedRow,
  begun: CaseState | null,
  committed: ReadonlySet<StepKind>,
): Promise<KnownCase> {
  const { row } = keyed;
  const plan = planRow(begun, await meaningOf(context, row, committed));
  let state = begun;
  let fits = true;
  for (const step of plan) {
    try {
      state = await applyStep(context, run, keyed, state, step);
    } catch (error) {
      const reason = refusal(error);
      if (reason === null || !run.forgiving) throw error;
      if (fits) run.misfits.push({ line: row.line, ...blamed(context, row, step), reason });
      fits = false;
      if (!state) return { refused: `the case has no ticket of this import: line ${row.line}, ${reason}` };
      state = (await stateOf(context, run, row.caseId)) ?? state;
      // A ticket that was opened for a handover is closed again, whatever became of the handover.
      if (step.kind !== 'hand') break;
    }
  }
  if (fits) run.counts[plan.length > 0 ? 'changed' : committed.size > 0 ? 'alreadyDone' : 'unchanged']++;
  if (!state) throw new Error('a row left its case without a ticket');
  return { state };
}

async function meaningOf(context: RowImport, row: LogRow, committed: ReadonlySet<StepKind>): Promise<RowMeaning> {
  const personId = row.person === null ? null : await context.userOf(row.person);
  const status = context.mapping.activities[row.activity] ?? null;
  // An earlier run stopped between opening the ticket for a handover and closing it again.
  return { personId, status: committed.has('reopen') ? 'CLOSED' : status };
}

/** The column that a refused step came from. */
function blamed({ mapping: { columns } }: RowImport, row: LogRow, { kind }: Step) {
  if (kind === 'create') return { column: columns.case, value: row.caseId };
  if (kind === 'hand') return { column: columns.person ?? null, value: row.person };
  return { column: columns.activity, value: row.activity };
}
