import type { z } from 'zod';
import { CreateCommentInput } from '../../contract/comment.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import {
  categories,
  priorities,
  ticketStatuses,
  type Category,
  type Priority,
  type TicketStatus,
} from '../../contract/ticket.js';
import { assignTicket } from '../../server/features/assignments/commands/assignTicket.js';
import { claimTicket } from '../../server/features/assignments/commands/claimTicket.js';
import { reassignTicket } from '../../server/features/assignments/commands/reassignTicket.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import type { Deps } from '../../server/features/deps.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../server/features/tickets/commands/updateTicket.js';
import type { Actor } from '../../server/kernel/actor.js';
import { clockAt } from '../../server/kernel/clock.js';
import { once } from '../support/once.js';
import { randomFrom, type Random } from '../support/random.js';
import { templates, wording } from '../support/ticketTexts.js';
import { departmentOf, skillsFor, storyPoints } from '../support/weights.js';
import { loadWorld, type World, type WorldProject } from '../support/world.js';
import { answer, handoverReasons, note, reply } from './conversation.js';

const HOUR_MS = 3_600_000;
const endsAt = Date.UTC(2026, 10, 20, 16);
const beginsAt = endsAt - 45 * 24 * HOUR_MS;

/** What has become of a ticket while its steps are taken one after the other. */
interface Life {
  ticketId: string;
  holder: { assignmentId: string; person: Actor } | null;
}
interface Action {
  readonly at: number;
  readonly order: number;
  readonly run: (deps: Deps) => Promise<unknown>;
}
type CategoryName = z.infer<typeof Category>;
interface Plot {
  readonly project: WorldProject;
  readonly category: CategoryName;
  readonly priority: Priority;
  readonly status: TicketStatus;
}

/**
 * Tickets of every category, priority and status, over the projects of the demo, each with a past: taken, handed over, discussed
 * and moved by the same commands that people use, in the order of time over all of them.
 */
export function seedDemoTickets(given: Deps, seed = 1): Promise<boolean> {
  return once(given, '20261122T1020-demo-tickets', async (deps) => {
    const world = await loadWorld(deps.db.all);
    const actions = plots(world).flatMap((plot, nth) => actionsOf(world, plot, randomFrom(seed, nth), nth));
    for (const { at, run } of actions.toSorted((a, b) => a.at - b.at || a.order - b.order))
      await run({ ...deps, clock: clockAt(new Date(at)) });
  });
}

/** Each combination twice, dealt out to the projects in turn. */
const plots = ({ projects }: World): Plot[] =>
  [0, 1].flatMap((round) =>
    categories.flatMap((category, c) =>
      priorities.flatMap((priority, p) =>
        ticketStatuses.flatMap((status, s) => {
          const project = projects[(round + c + p + s) % projects.length];
          return project ? [{ project, category, priority, status }] : [];
        }),
      ),
    ),
  );

/** The states that a ticket goes through to get where it ends. */
const paths: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  OPEN: [],
  IN_PROGRESS: ['IN_PROGRESS'],
  REVIEW: ['IN_PROGRESS', 'REVIEW'],
  RESOLVED: ['IN_PROGRESS', 'RESOLVED'],
  CLOSED: ['IN_PROGRESS', 'RESOLVED', 'CLOSED'],
};

function actionsOf(world: World, plot: Plot, random: Random, nth: number): Action[] {
  const { project, status } = plot;
  const life: Life = { ticketId: '', holder: null };
  const actions: Action[] = [];
  let at = beginsAt + Math.floor(random.next() * 30 * 24 * HOUR_MS);
  const then = (hours: number, run: Action['run']) => {
    at = Math.min(at + Math.floor((0.1 + random.next()) * hours * HOUR_MS), endsAt);
    actions.push({ at, order: nth * 100 + actions.length, run });
  };
  const reporter = random.pick(random.chance(0.6) ? project.customers : project.staff);
  then(0, (deps) => create(deps, world, plot, reporter, life, random));
  const held = status !== 'OPEN' || random.chance(0.45);
  if (held)
    then(6, (deps) => take(deps, random.pick(project.holders), random.pick(project.staff), life, random.chance(0.5)));
  if (random.chance(0.7))
    then(4, (deps) => say(deps, life.holder?.person ?? random.pick(project.staff), life, answer(random)));
  if (random.chance(0.5)) then(20, (deps) => say(deps, reporter, life, reply(random)));
  if (held && random.chance(0.35)) then(30, (deps) => pass(deps, project, life, random));
  if (random.chance(0.35))
    then(5, (deps) => say(deps, life.holder?.person ?? random.pick(project.staff), life, note(random), 'INTERNAL'));
  for (const next of paths[status]) then(36, (deps) => move(deps, life, project, next, random));
  return actions;
}

async function create(
  deps: Deps,
  world: World,
  plot: Plot,
  reporter: Actor,
  life: Life,
  random: Random,
): Promise<void> {
  const { project, category, priority } = plot;
  const isStaff = reporter.role !== 'CUSTOMER';
  const text = wording(random.pick(templates[category]), random);
  const day = new Date(deps.clock.now().getTime() + (2 + random.below(40)) * 24 * HOUR_MS).toISOString().slice(0, 10);
  const staffFields = {
    type: isStaff && random.chance(0.15) ? 'TASK' : 'TICKET',
    departmentId: world.departments.get(departmentOf[category]),
    storyPoints: random.pick(storyPoints),
    requiredSkillId: random.chance(0.4) ? world.skills.get(random.pick(skillsFor[category])) : undefined,
    estimatedHours: random.chance(0.4) ? (1 + random.below(24)) / 2 : undefined,
    dueDate: random.chance(0.5) ? day : undefined,
  };
  const author = isStaff || random.chance(0.5) ? reporter : random.pick(project.staff);
  const mine = author.role === 'CUSTOMER' ? {} : { ...staffFields, reporterId: reporter.userId };
  const input = { ...text, ...mine, projectId: project.id, category, priority };
  const ticket = await createTicket(deps, author, CreateTicketInput.parse(input));
  life.ticketId = ticket.id;
}

async function take(deps: Deps, person: Actor, by: Actor, life: Life, byThemselves: boolean): Promise<void> {
  const { ticketId } = life;
  const span = byThemselves
    ? await claimTicket(deps, person, { ticketId })
    : await assignTicket(deps, by, { ticketId, assigneeId: person.userId });
  life.holder = { assignmentId: span.id, person };
}

async function pass(deps: Deps, { holders }: WorldProject, life: Life, random: Random): Promise<void> {
  const { holder } = life;
  const next = random.pick(holders.filter(({ userId }) => userId !== holder?.person.userId));
  if (!holder) return;
  const input = { assignmentId: holder.assignmentId, newAssigneeId: next.userId, reason: random.pick(handoverReasons) };
  const span = await reassignTicket(deps, holder.person, input);
  life.holder = { assignmentId: span.id, person: next };
}

function say(deps: Deps, by: Actor, { ticketId }: Life, content: string, visibility: 'PUBLIC' | 'INTERNAL' = 'PUBLIC') {
  return createComment(deps, by, CreateCommentInput.parse({ ticketId, content, visibility }));
}

function move(deps: Deps, life: Life, { staff }: WorldProject, status: TicketStatus, random: Random) {
  const by = life.holder?.person ?? random.pick(staff);
  const waiting = status === 'IN_PROGRESS' && random.chance(0.2) ? ({ waitingOn: 'CUSTOMER' } as const) : {};
  return updateTicket(deps, by, { ticketId: life.ticketId, patch: { status, ...waiting } });
}
