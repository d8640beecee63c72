import type { TicketSla } from '../../../contract/ticketSla.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Deps } from '../deps.js';
import type { TicketPlan } from '../tickets/ticketPlan.js';
import type { TicketRow } from '../tickets/tickets.present.js';
import { clockFields, clocksBy, keepingMarks, turnClocks, type Terms, type Turn } from './clocks.js';
import { pastsOf, turnsOf, type Past } from './pastOf.js';
import { chooseOffer, slaBookOf, type Offer } from './slaBook.js';

/** What a ticket's policy is chosen by. */
const choosingFields = ['priority', 'category', 'projectId'] as const;

/** A plan that does something to clocks. */
interface Concerned {
  readonly plan: TicketPlan;
  readonly isChosenAnew: boolean;
}

/** What happens to be loaded from long ago starts no clocks, and tasks have none. */
function concernOf(plan: TicketPlan, revision: string | null, isQuiet: boolean): Concerned | null {
  const { row } = plan.after;
  if (row.type === 'TASK' || (row.sla === null && (revision === null || isQuiet))) return null;
  const isChosenAnew = plan.before === null || choosingFields.some((field) => field in plan.changes);
  const isTurned = row.sla !== null && clockFields.some((field) => field in plan.changes);
  return isChosenAnew || isTurned ? { plan, isChosenAnew } : null;
}

/** What is needed to say how clocks go on. */
export interface SlaBasis {
  readonly offers: ReadonlyMap<string, readonly Offer[]>;
  readonly terms: ReadonlyMap<string, Terms>;
  readonly past: Past;
}

/** @param revisions of the policies of all projects of `rows` that have any, as their locked counters tell it. */
export async function readBasis(
  { db }: Pick<Deps, 'db'>,
  { all }: Pick<UnitOfWork, 'all'>,
  rows: readonly TicketRow[],
  revisions: ReadonlyMap<string, string>,
  pastIds: readonly string[],
): Promise<SlaBasis> {
  const book = slaBookOf(db);
  const [offers, terms, past] = await Promise.all([
    book.offersOf(all, revisions),
    book.termsOf(
      all,
      rows.flatMap(({ sla }) => sla?.termsId ?? []),
    ),
    pastsOf(all, pastIds),
  ]);
  return { offers, terms, past };
}

/**
 * The plans with what they do to their tickets' clocks: a new ticket is given a policy; another priority, category or project chooses anew, and the clocks of another policy
 * begin when the ticket was made; all else lets clocks pause, stop and go on. Nothing is read when no plan concerns a clock, or when this process knows the terms.
 * @param revisions of the policies of each project, as its locked counters tell it.
 */
export async function followSla(
  deps: Deps,
  unit: UnitOfWork,
  plans: readonly TicketPlan[],
  revisions: ReadonlyMap<string, string | null>,
): Promise<readonly TicketPlan[]> {
  const revisionOf = ({ after }: TicketPlan) => revisions.get(after.row.projectId) ?? null;
  const concerned = plans.flatMap((plan) => concernOf(plan, revisionOf(plan), deps.isQuiet === true) ?? []);
  if (concerned.length === 0) return plans;
  const chosen = concerned.filter(({ isChosenAnew }) => isChosenAnew).map(({ plan }) => plan);
  const asked = new Map(
    chosen.flatMap((plan) => {
      const revision = revisionOf(plan);
      return revision === null ? [] : [[plan.after.row.projectId, revision] as const];
    }),
  );
  const rows = concerned.map(({ plan }) => plan.after.row);
  const old = chosen.filter(({ before }) => before !== null).map(({ after }) => after.row.id);
  const basis = await readBasis(deps, unit, rows, asked, old);
  const followed = new Map(concerned.map((one) => [one.plan, clocksAfter(one, basis, unit.at)]));
  return plans.map((plan) => {
    const sla = followed.get(plan);
    return sla === undefined || sla === plan.after.row.sla ? plan : withSla(plan, sla);
  });
}

function withSla(plan: TicketPlan, sla: TicketSla | null): TicketPlan {
  const { before, after, changes } = plan;
  const told = before ? { ...changes, sla: { before: before.row.sla, after: sla } } : changes;
  return { ...plan, changes: told, after: { ...after, row: { ...after.row, sla } } };
}

function clocksAfter({ plan, isChosenAnew }: Concerned, basis: SlaBasis, at: Date): TicketSla | null {
  const { before, after } = plan;
  const now: Turn = { at: at.getTime(), facts: after.row };
  if (isChosenAnew) {
    const offer = chooseOffer(basis.offers.get(after.row.projectId) ?? [], after.row);
    if (offer === null) return null;
    // Clocks keep the terms that they began with, also when their policy has others by now.
    if (offer.id !== after.row.sla?.policyId) {
      const turns: [Turn, ...Turn[]] = before
        ? [...turnsOf(before.row, basis.past), now]
        : [{ at: after.row.createdAt.getTime(), facts: after.row }];
      return keepingMarks(clocksBy(offer.terms, turns), after.row.sla, now.at);
    }
  }
  const { sla } = after.row;
  const terms = sla && basis.terms.get(sla.termsId);
  return sla && terms ? turnClocks(sla, terms, now) : sla;
}
