import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CsvReport, SyncTicketsInput } from '../../../contract/csvSync.js';
import type { AutoAssign } from '../../../contract/project.js';
import { newTicket } from '../../../contract/newTicket.js';
import type { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { TURN_ROWS } from '../../csv/batches.js';
import { csvReport } from '../../csv/csvReport.js';
import { misfitAt } from '../../csv/csvTable.js';
import type { Misfit } from '../../csv/misfit.js';
import type { CsvPage } from '../../csv/pages.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { AppError, orError } from '../../kernel/errors.js';
import { fieldsOf } from '../customFields/fieldRows.js';
import { demandRequired } from '../customFields/fieldValues.js';
import type { Deps } from '../deps.js';
import { standingIn } from '../projects/projects.queries.js';
import { awaitPlace } from '../proposals/ticketsToPlace.js';
import { namedSkills, type NamedSkills } from '../skills/namedSkills.js';
import { isSaid, knownTickets, patchOf, type KnownTicket } from './knownTickets.js';
import { findTickets, type LoadedTicket } from './loadTicket.js';
import { newTicketRow } from './newTicketRow.js';
import { planChange, planCreation, type TicketPlan } from './ticketPlan.js';
import type { TicketLine } from './ticketTable.js';
import { canSyncTickets } from './tickets.policy.js';
import { writeTickets } from './writeTickets.js';

export type TicketSync = Pick<SyncTicketsInput, 'projectId' | 'source' | 'dryRun' | 'idempotencyKey'>;

const findProject = statement(
  'sync.project',
  'SELECT p.key, p.is_archived, p.auto_assign FROM projects p WHERE p.id = $1',
);
const ATTEMPTS = 3;

/**
 * Makes the tickets of a page that are not there, and gives those that are what it says, in one transaction. What stands against a
 * row is in the report and holds up no other.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canSyncTickets`; CONFLICT the project is archived.
 */
export async function syncTicketPage(
  deps: Deps,
  actor: Actor,
  sync: TicketSync,
  page: CsvPage<TicketLine>,
): Promise<CsvReport> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writePage(deps, actor, sync, page);
    } catch (error) {
      // Somebody has made one of them meanwhile: now it is there to be found.
      if (!(error instanceof AppError && error.code === 'DUPLICATE') || attempt === ATTEMPTS) throw error;
    }
  }
}

const writePage = (
  deps: Deps,
  actor: Actor,
  sync: TicketSync,
  { lines, misfits }: CsvPage<TicketLine>,
): Promise<CsvReport> =>
  inUnitOfWork(deps, { actor, procedure: 'tickets.sync', input: sync }, async (unit) => {
    const project = await openProject(unit, actor, sync.projectId);
    const skills = await namedSkills(
      unit,
      actor,
      lines.flatMap(({ skill }) => skill ?? []),
    );
    const known = await knownTickets(unit, sync, lines);
    const fields = await fieldsOf(unit, [sync.projectId]);
    const read = readLines(sync, lines, skills, known);
    const locks = read.flatMap((one) => ('lock' in one ? one.lock : []));
    const held = locks.length === 0 ? new Map<string, never>() : await findTickets(unit, actor, locks.toSorted());
    const missing = orError(() => demandRequired({}, fields));
    const decide = (one: (typeof read)[number]): Decided => {
      if ('misfit' in one || 'outcome' in one) return one;
      const { line, skillId } = one;
      if ('lock' in one) return decideUpdate(unit, actor, sync, one, held.get(one.lock));
      if (missing instanceof AppError) return refused(line, null, null, missing.message);
      const row = newTicketRow(unit, actor, draftOf(sync, line, skillId), project.key);
      return { plan: planCreation(row, null, actor, unit.at), outcome: 'created' };
    };
    const decided: Decided[] = [];
    for (const [at, one] of read.entries()) {
      // The page before this one is being written meanwhile.
      if (at % TURN_ROWS === 0) await nextTurn();
      decided.push(decide(one));
    }
    const taken = decided.filter((one) => 'outcome' in one);
    const plans = taken.flatMap((one) => ('plan' in one ? one.plan : []));
    await writeTickets(deps, unit, actor, plans);
    const made = plans.filter(({ before }) => before === null).map(({ after }) => after.row.id);
    if (project.auto_assign !== 'OFF') awaitPlace(unit, 'CREATED', made);
    const outcomes = taken.map(({ outcome }) => outcome);
    const refusals = decided.flatMap((one) => ('misfit' in one ? one.misfit : []));
    return csvReport(sync.dryRun, outcomes, [...misfits, ...refusals], skills.created);
  });

type Decided =
  | { readonly plan: TicketPlan; readonly outcome: 'created' | 'updated' }
  | { readonly outcome: 'unchanged' }
  | { readonly misfit: Misfit };

/** A line that is to be written: into the ticket that is to be locked for it, or as a new one. */
interface ToWrite {
  readonly line: TicketLine;
  readonly skillId: NamedId;
}
interface ToUpdate extends ToWrite {
  readonly lock: string;
}

const refused = ({ line }: TicketLine, column: string | null, value: string | null, reason: string) => ({
  misfit: misfitAt(line, column, value, reason),
});
const isElsewhere = 'is taken by a ticket that was deleted or is elsewhere';

/** What can be said of the lines before anything is locked: most of a table that is taken over again is so already. */
function readLines(
  { projectId }: TicketSync,
  lines: readonly TicketLine[],
  skills: NamedSkills,
  found: ReadonlyMap<string, KnownTicket>,
): (ToUpdate | ToWrite | Exclude<Decided, { readonly plan: TicketPlan }>)[] {
  const lineOf = new Map<string, number>();
  return lines.map((line) => {
    const known = found.get(line.externalId);
    if (known && (known.projectId !== projectId || known.deletedAt !== null))
      return refused(line, 'id', line.externalId, isElsewhere);
    const earlier = known && lineOf.get(known.id);
    if (earlier !== undefined) return refused(line, 'id', line.externalId, `names the ticket of line ${earlier}`);
    if (known) lineOf.set(known.id, line.line);
    const skillId = line.skill ? skills.idOf(line.skill) : line.skill;
    if (line.skill && skillId === undefined)
      return refused(line, 'required_skill', line.skill, 'is no skill; an administrator may make it one');
    if (!known) return { line, skillId };
    if (known.mergedIntoId === null && isSaid(known, line, skillId)) return { outcome: 'unchanged' };
    return { line, skillId, lock: known.id };
  });
}

function decideUpdate(
  unit: UnitOfWork,
  actor: Actor,
  { projectId }: TicketSync,
  { line, skillId }: ToUpdate,
  held: LoadedTicket | AppError | undefined,
): Decided {
  if (!held || (held instanceof AppError && held.code === 'NOT_FOUND'))
    return refused(line, 'id', line.externalId, isElsewhere);
  if (held instanceof AppError) return refused(line, 'id', line.externalId, held.message);
  // It has moved since it was looked at.
  if (held.row.projectId !== projectId) return refused(line, 'id', line.externalId, isElsewhere);
  const plan = planChange(held, { event: 'ticket.updated', patch: patchOf(held.row, line, skillId) }, actor, unit.at);
  return plan ? { plan, outcome: 'updated' } : { outcome: 'unchanged' };
}

interface ProjectFacts {
  readonly key: string;
  readonly is_archived: boolean | number;
  readonly auto_assign: AutoAssign;
}

async function openProject(unit: UnitOfWork, actor: Actor, projectId: string): Promise<ProjectFacts> {
  demand(canSyncTickets(await standingIn(unit.all, actor, projectId)));
  const [project] = await unit.all<ProjectFacts>(findProject, [projectId]);
  if (!project || project.is_archived) throw new AppError('CONFLICT', 'The project is archived.', { projectId });
  return project;
}

/** Its values were checked as those of a patch when the line was read. */
const draftOf = (
  { projectId, source }: TicketSync,
  { externalId, fields, headline }: TicketLine,
  requiredSkillId: NamedId,
): CreateTicketInput => ({
  type: newTicket.type,
  status: newTicket.status,
  category: newTicket.category,
  title: headline ?? externalId,
  description: fields.description ?? newTicket.description,
  priority: fields.priority ?? newTicket.priority,
  storyPoints: fields.storyPoints,
  dueDate: fields.dueDate,
  requiredSkillId,
  projectId,
  externalSource: source,
  externalId,
});

type NamedId = ReturnType<NamedSkills['idOf']> | null;
