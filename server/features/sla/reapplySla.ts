import type { TicketSla } from '../../../contract/ticketSla.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../db/unitOfWork.js';
import { systemActor as system } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { loadAnyTickets } from '../tickets/loadTicket.js';
import { planChange } from '../tickets/ticketPlan.js';
import { writeTickets } from '../tickets/writeTickets.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { clocksBy, keepingMarks } from './clocks.js';
import { readBasis, type SlaBasis } from './followSla.js';
import { turnsOf } from './pastOf.js';
import { chooseOffer } from './slaBook.js';

const PAGE = 100;

const findAsked = statement(
  'sla.findReapplying',
  `SELECT r.project_id FROM sla_reapplying r JOIN projects p ON p.id = r.project_id AND p.is_archived = $1
   ORDER BY r.project_id LIMIT 1`,
);
const lockAsked = statement(
  'sla.lockReapplying',
  (d) => `SELECT r.after_no FROM sla_reapplying r WHERE r.project_id = $1 ${d.lock('UPDATE', 'r')}`,
);
const findRevision = statement('sla.revision', 'SELECT sla_revision FROM project_counters WHERE project_id = $1');
const findTickets = statement(
  'sla.toReapply',
  `SELECT t.id, t.number FROM tickets t WHERE t.project_id = $1 AND t.number > $2 AND t.deleted_at IS NULL
     AND t.status IN ('OPEN', 'IN_PROGRESS', 'REVIEW') AND t.type <> 'TASK' ORDER BY t.number LIMIT ${PAGE}`,
);
const moveOn = statement('sla.moveReapplying', 'UPDATE sla_reapplying SET after_no = $2 WHERE project_id = $1');
const endIt = statement('sla.endReapplying', 'DELETE FROM sla_reapplying WHERE project_id = $1');

/**
 * Gives some unfinished tickets of one project that asked for it the terms that hold now, from when they were made. How far that got is kept in the same
 * transaction: whoever dies on the way does nothing twice. Nodes that come at once wait for each other's page.
 * @returns whether there may be more to do.
 */
export async function reapplySome(deps: Deps): Promise<boolean> {
  const [asked] = await deps.db.all<{ project_id: string }>(findAsked, [false]);
  if (!asked) return false;
  await inUnitOfWork(deps, { actor: system, procedure: 'sla.reapply', input: {} }, (unit) =>
    reapplyPage(deps, unit, asked.project_id),
  );
  return true;
}

async function reapplyPage(deps: Deps, unit: UnitOfWork, projectId: string): Promise<void> {
  const [progress] = await unit.all<{ after_no: number }>(lockAsked, [projectId]);
  if (!progress) return;
  const found = await unit.all<{ id: string; number: number }>(findTickets, [projectId, progress.after_no]);
  const last = found.at(-1);
  if (last && found.length === PAGE) unit.send(moveOn, [projectId, last.number]);
  else unit.send(endIt, [projectId]);
  const states = await loadAnyTickets(
    unit,
    found.map(({ id }) => id),
  );
  // One that left, or was finished or deleted meanwhile, is none of those that were asked for.
  const here = [...states.values()].filter(({ row }) => row.projectId === projectId && isUnfinished(row));
  const [counters] = await unit.all<{ sla_revision: string | null }>(findRevision, [projectId]);
  const revision = counters?.sla_revision ?? null;
  const rows = here.map(({ row }) => row);
  const asked = new Map(revision === null ? [] : [[projectId, revision]]);
  const basis = await readBasis(
    deps,
    unit,
    rows,
    asked,
    rows.map(({ id }) => id),
  );
  const plans = here.flatMap((state) => {
    const sla = reapplied(state.row, basis, unit.at);
    return planChange(state, { event: 'ticket.updated', patch: { sla } }, system, unit.at) ?? [];
  });
  if (plans.length > 0) await writeTickets(deps, unit, system, plans);
}

const isUnfinished = ({ status, deletedAt }: TicketRow): boolean =>
  deletedAt === null && status !== 'RESOLVED' && status !== 'CLOSED';

function reapplied(row: TicketRow, { offers, past }: SlaBasis, at: Date): TicketSla | null {
  const offer = chooseOffer(offers.get(row.projectId) ?? [], row);
  if (offer === null || offer.terms.id === row.sla?.termsId) return offer && row.sla;
  return keepingMarks(clocksBy(offer.terms, turnsOf(row, past)), row.sla, at.getTime());
}
