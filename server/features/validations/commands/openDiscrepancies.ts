import type { AutoAssign } from '../../../../contract/project.js';
import { limits } from '../../../../contract/limits.js';
import type { OpenDiscrepanciesInput, OpenDiscrepanciesReply } from '../../../../contract/finding.js';
import { sendRows } from '../../../db/rowStatements.js';
import { adHoc, statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { standingIn } from '../../projects/projects.queries.js';
import { awaitPlace } from '../../proposals/ticketsToPlace.js';
import { newTicketRow } from '../../tickets/newTicketRow.js';
import { planCreation } from '../../tickets/ticketPlan.js';
import { Parameters } from '../../tickets/ticketScope.js';
import { writeTickets } from '../../tickets/writeTickets.js';
import { decodeDiscrepancy, entryOf, ticketDiscrepancy } from '../discrepancyRows.js';
import { ticketOf } from '../discrepancyTicket.js';
import { findSession } from '../sessionRows.js';
import { tellDecided } from '../tellDecided.js';
import { canDecideFindings, canValidateIn } from '../validations.policy.js';
import type { DiscrepancyRow, SessionRow } from '../validations.present.js';

const findProject = statement(
  'discrepancies.project',
  'SELECT p.key, p.is_archived, p.auto_assign FROM projects p WHERE p.id = $1',
);
interface ProjectFacts {
  readonly key: string;
  readonly is_archived: boolean | number;
  readonly auto_assign: AutoAssign;
}

/**
 * Makes a ticket of type DISCREPANCY of each open discrepancy that a session found, or found again, the oldest first; all or none. What has
 * one gets no second one, so that a repeat makes none.
 * @throws NOT_FOUND no such session or project for this actor, or one of the discrepancies named is not this session's; FORBIDDEN see
 * `canDecideFindings`, `canValidateIn`; BAD_INPUT the session is of no project, or of another one than was named; CONFLICT the project is archived.
 */
export async function openDiscrepancies(
  deps: Deps,
  actor: Actor,
  input: OpenDiscrepanciesInput,
): Promise<OpenDiscrepanciesReply> {
  let isToBePlaced = false;
  const call = { actor, procedure: 'validations.discrepancies.open', input };
  const reply = await inUnitOfWork(deps, call, async (unit) => {
    const { session, standing } = await findSession(unit.all, actor, input.sessionId);
    demand(canDecideFindings(standing));
    const projectId = projectOf(session, input);
    demand(canValidateIn(await standingIn(unit.all, actor, projectId)));
    const [project] = await unit.all<ProjectFacts>(findProject, [projectId]);
    if (!project || project.is_archived) throw new AppError('CONFLICT', 'The project is archived.', { projectId });
    const { rows, hasMore } = await openOnes(deps, unit, session, input);
    const plans = rows.map((row) => {
      const ticket = newTicketRow(unit, actor, ticketOf(row, session, projectId), project.key);
      return planCreation(ticket, null, actor, unit.at);
    });
    const tickets = await writeTickets(deps, unit, actor, plans);
    const ticketed = rows.map((row, nth): DiscrepancyRow => {
      return { ...row, status: 'TICKETED', ticketId: tickets[nth]?.id ?? null, updatedAt: unit.at };
    });
    sendRows(unit, ticketDiscrepancy, ticketed);
    ticketed.forEach((row, nth) => {
      const before = rows[nth];
      if (before) unit.record.audit({ ...entryOf(row), before, after: row });
    });
    isToBePlaced = project.auto_assign !== 'OFF' && tickets.length > 0;
    if (isToBePlaced)
      awaitPlace(
        unit,
        'CREATED',
        tickets.map(({ id }) => id),
      );
    await tellDecided(unit, ticketed);
    const opened = tickets.map(({ id: ticketId, key }, nth) => ({
      discrepancyId: rows[nth]?.id ?? '',
      ticketId,
      key,
    }));
    return { opened, hasMore };
  });
  // Not waited for: the tickets are there at once.
  if (isToBePlaced) deps.placeSoon();
  return reply;
}

function projectOf({ projectId }: SessionRow, input: OpenDiscrepanciesInput): string {
  const wanted = projectId ?? input.projectId;
  if (wanted === undefined)
    throw new AppError('BAD_INPUT', 'The validation is of no project: say where the tickets go.', {
      field: 'projectId',
    });
  if (input.projectId !== undefined && input.projectId !== wanted)
    throw new AppError('BAD_INPUT', 'The tickets go to the project of the validation.', { field: 'projectId' });
  return wanted;
}

const belonging = statement(
  'discrepancies.belonging',
  (d) => `SELECT CAST(count(*) AS INTEGER) AS n FROM discrepancies d
   WHERE ${d.anyOf('d.id', '$2')} AND (d.session_id = $1 OR d.last_session_id = $1)`,
);

/** Under their locks: whoever asks at the same time waits, and finds none of them open. */
async function openOnes(
  { db: { dialect } }: Deps,
  unit: UnitOfWork,
  { id }: SessionRow,
  { discrepancyIds, severity }: OpenDiscrepanciesInput,
): Promise<{ readonly rows: readonly DiscrepancyRow[]; readonly hasMore: boolean }> {
  const most = limits.discrepancyTicketsMax;
  if (discrepancyIds) {
    const wanted = [...new Set(discrepancyIds)];
    const [count] = await unit.all<{ n: number }>(belonging, [id, wanted]);
    if (count?.n !== wanted.length) throw notFound('discrepancy');
  }
  const parameters = new Parameters();
  const session = parameters.bind(id);
  const where = [`d.status = 'OPEN'`, `(d.session_id = ${session} OR d.last_session_id = ${session})`];
  if (discrepancyIds) where.push(dialect.anyOf('d.id', parameters.bind(discrepancyIds)));
  if (severity) where.push(dialect.anyOf('d.severity', parameters.bind(severity)));
  const text = `SELECT d.* FROM discrepancies d WHERE ${where.join(' AND ')} ORDER BY d.id LIMIT ${most + 1}
    ${dialect.lock('NO KEY UPDATE', 'd')}`;
  const rows = (await unit.all(adHoc(text), parameters.values)).map(decodeDiscrepancy);
  return { rows: rows.slice(0, most), hasMore: rows.length > most };
}
