import { ZodError } from 'zod';
import type { ErrorCode } from '../../../contract/errors.js';
import { AppError } from '../../kernel/errors.js';
import { applyStep, type ImportContext } from './applyRow.js';
import { loadCase } from './caseStatements.js';
import type { DoneRows, KeyedRow } from './doneRows.js';
import type { LogRow } from './logRows.js';
import { planRow, type CaseState, type RowMeaning, type Step, type StepKind } from './planRow.js';
import type { ImportReport } from './report.js';

export interface RowImport extends ImportContext {
  readonly done: DoneRows;
  readonly report: ImportReport;
  /** The user that a person of the log is; made on first sight. */
  readonly userOf: (person: string) => Promise<string>;
  readonly progress: (rows: number) => void;
}

/** A case as the rows before left it, or why none of its rows can be taken over. */
type KnownCase = { readonly state: CaseState } | { readonly refused: string };

/**
 * Turns rows, in the order of time, into commands. What a command refuses is reported, and the next row follows.
 * @throws what is not a row's fault: all that was committed stays, and the same import goes on from there.
 */
export async function importRows(context: RowImport, rows: AsyncIterable<KeyedRow>): Promise<void> {
  const { counts, done, report } = context;
  const cases = new Map<string, KnownCase>();
  let place = 0;
  for await (const keyed of rows) {
    const { caseId, line } = keyed.row;
    const known = cases.get(caseId);
    const steps = done.at(place);
    if (place < done.lastOf(caseId)) counts[steps.size > 0 ? 'alreadyDone' : 'unchanged']++;
    else if (known && 'refused' in known) report.misfit({ line, column: null, value: caseId, reason: known.refused });
    else {
      const begun = known?.state ?? (done.lastOf(caseId) >= 0 ? await stateOf(context, caseId) : null);
      cases.set(caseId, await importRow(context, keyed, begun, steps));
    }
    context.progress(++place);
  }
}

const stateOf = ({ deps, mapping }: RowImport, caseId: string): Promise<CaseState | null> =>
  loadCase(deps.db.all, mapping.name, caseId);

async function importRow(
  context: RowImport,
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
      state = await applyStep(context, keyed, state, step);
    } catch (error) {
      const reason = refusal(error);
      if (reason === null) throw error;
      if (fits) context.report.misfit({ line: row.line, ...blamed(context, row, step), reason });
      fits = false;
      if (!state) return { refused: `the case has no ticket of this import: line ${row.line}, ${reason}` };
      state = (await stateOf(context, row.caseId)) ?? state;
      // A ticket that was opened for a handover is closed again, whatever became of the handover.
      if (step.kind !== 'hand') break;
    }
  }
  if (fits) context.counts[plan.length > 0 ? 'changed' : committed.size > 0 ? 'alreadyDone' : 'unchanged']++;
  if (!state) throw new Error('a row left its case without a ticket');
  return { state };
}

async function meaningOf(context: RowImport, row: LogRow, committed: ReadonlySet<StepKind>): Promise<RowMeaning> {
  const personId = row.person === null ? null : await context.userOf(row.person);
  const status = context.mapping.activities[row.activity] ?? null;
  // An earlier run stopped between opening the ticket for a handover and closing it again.
  return { personId, status: committed.has('reopen') ? 'CLOSED' : status };
}

const rowsFault: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'DUPLICATE',
  'CAPACITY_EXCEEDED',
  'IDEMPOTENCY_KEY_REUSED',
] as const);

/** Why a command refused what the row says; null for an error that is not the row's fault. */
function refusal(error: unknown): string | null {
  if (error instanceof ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', ');
  return error instanceof AppError && rowsFault.has(error.code) ? error.message : null;
}

/** The column that a refused step came from. */
function blamed({ mapping: { columns } }: RowImport, row: LogRow, { kind }: Step) {
  if (kind === 'create') return { column: columns.case, value: row.caseId };
  if (kind === 'hand') return { column: columns.person ?? null, value: row.person };
  return { column: columns.activity, value: row.activity };
}
