import { CreateCommentInput } from '../../../contract/comment.js';
import { ticketStatuses } from '../../../contract/enums.js';
import { weighted, type Random } from '../../../seeders/support/random.js';
import { assignTicket } from '../../../server/features/assignments/commands/assignTicket.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { reassignTicket } from '../../../server/features/assignments/commands/reassignTicket.js';
import { removeAssignment } from '../../../server/features/assignments/commands/removeAssignment.js';
import { saveAssignments } from '../../../server/features/assignments/commands/saveAssignments.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../../server/features/comments/commands/updateComment.js';
import type { Deps } from '../../../server/features/deps.js';
import { addMember } from '../../../server/features/projects/commands/addMember.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { linkTickets } from '../../../server/features/tickets/commands/linkTickets.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { splitTicket } from '../../../server/features/tickets/commands/splitTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { unmergeTickets } from '../../../server/features/tickets/commands/unmergeTickets.js';
import { untagTicket } from '../../../server/features/tickets/commands/untagTicket.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import { AppError } from '../../../server/kernel/errors.js';
import { randomDraft, randomPatch, randomTags, type Choices } from '../../realtime/queries/randomTickets.js';
import { parsed, rows } from '../../support/ticketWorld.js';
import type { Cast } from './cast.js';

/** What deeds know of the world they change. */
interface Stage {
  readonly cast: Cast;
  readonly deps: Deps;
  readonly choices: Choices;
  readonly random: Random;
  readonly tickets: string[];
  readonly deleted: Set<string>;
  readonly merged: Set<string>;
  readonly comments: string[];
}
type Deed = (stage: Stage) => Promise<unknown>;

const NOBODY = '0198f0a0-0000-7000-8000-000000000000';
const aTicketOf = ({ random, tickets }: Stage): string => random.pick(tickets);
const projectOf = ({ random, cast }: Stage, often: number): string =>
  random.chance(often) ? cast.world.project.id : cast.world.foreign.id;
const visibility = (random: Random) => random.pick(['PUBLIC', 'PUBLIC', 'INTERNAL'] as const);
const linkKinds = ['BLOCKS', 'DUPLICATES', 'RELATES'] as const;
const memberRole = (random: Random) => random.pick(['MEMBER', 'CUSTOMER'] as const);
const wanderer = ({ random, cast }: Stage) => random.pick([cast.world.cyd, cast.world.cyd, cast.dan]);

async function anAssignment({ cast, random, tickets }: Stage): Promise<string> {
  const sql = "SELECT id FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE' ORDER BY id";
  const [found] = await rows<{ id: string }>(cast.world, sql, random.pick(tickets));
  return found?.id ?? NOBODY;
}

async function flip({ cast, deps }: Stage, which: 'dan' | 'eve', other: 'CUSTOMER' | 'AGENT'): Promise<void> {
  const person = cast[which];
  const role = cast.now(person).role === person.role ? other : person.role;
  await setUserRole(deps, cast.world.admin, { userId: person.userId, role });
  cast.became(person, role);
}

const create: Deed = async (stage) => {
  const { deps, cast, random, choices, tickets } = stage;
  const { id } = await createTicket(deps, cast.world.ann, randomDraft(random, choices, projectOf(stage, 0.75)));
  tickets.push(id);
};

/** What people do, each with its share. Some of it is refused: whoever is asked may not, or it is not there any more. */
const deeds = {
  create: [8, create],
  update: [
    30,
    (stage) => {
      const patch = randomPatch(stage.random, stage.choices);
      return updateTicket(stage.deps, stage.cast.world.lead, { ticketId: aTicketOf(stage), patch });
    },
  ],
  status: [
    10,
    (stage) => {
      const patch = { status: stage.random.pick(ticketStatuses) };
      return updateTicket(stage.deps, stage.cast.world.ann, { ticketId: aTicketOf(stage), patch });
    },
  ],
  assign: [
    8,
    (stage) => {
      const { random, choices, deps, cast } = stage;
      const [assigneeId, primary] = [random.pick(choices.agents), random.chance(0.5)];
      return assignTicket(deps, cast.world.lead, { ticketId: aTicketOf(stage), assigneeId, primary });
    },
  ],
  claim: [
    7,
    (stage) => {
      const { random, cast, deps } = stage;
      const claimer = cast.now(random.pick([cast.world.ann, cast.world.bob, cast.world.cyd, cast.dan]));
      return claimTicket(deps, claimer, { ticketId: aTicketOf(stage) });
    },
  ],
  reassign: [
    7,
    async (stage) => {
      const [assignmentId, newAssigneeId] = [await anAssignment(stage), stage.random.pick(stage.choices.agents)];
      return reassignTicket(stage.deps, stage.cast.world.lead, { assignmentId, newAssigneeId });
    },
  ],
  unassign: [
    5,
    async (stage) => removeAssignment(stage.deps, stage.cast.world.lead, { assignmentId: await anAssignment(stage) }),
  ],
  assignMany: [
    3,
    (stage) => {
      const { random, choices, deps, cast } = stage;
      const ticketIds = new Set(Array.from({ length: 2 + random.below(4) }, () => aTicketOf(stage)));
      const assignments = [...ticketIds].map((ticketId) => ({ ticketId, assigneeId: random.pick(choices.agents) }));
      return saveAssignments(deps, cast.world.admin, { assignments });
    },
  ],
  tag: [
    6,
    (stage) => {
      const tags = randomTags(stage.random);
      return tagTicket(stage.deps, stage.cast.world.lead, { ticketId: aTicketOf(stage), tags });
    },
  ],
  untag: [
    3,
    (stage) => {
      const tags = randomTags(stage.random);
      return untagTicket(stage.deps, stage.cast.world.ann, { ticketId: aTicketOf(stage), tags });
    },
  ],
  link: [
    2,
    (stage) => {
      const [ticketId, otherId] = [aTicketOf(stage), aTicketOf(stage)];
      return linkTickets(stage.deps, stage.cast.world.lead, { ticketId, otherId, type: stage.random.pick(linkKinds) });
    },
  ],
  merge: [
    2,
    async (stage) => {
      const [ticketId, intoId] = [aTicketOf(stage), aTicketOf(stage)];
      await mergeTickets(stage.deps, stage.cast.world.lead, { ticketId, intoId });
      stage.merged.add(ticketId);
    },
  ],
  unmerge: [
    3,
    async ({ deps, cast, random, merged }) => {
      const ticketId = merged.size > 0 ? random.pick([...merged]) : NOBODY;
      await unmergeTickets(deps, cast.world.lead, { ticketId });
      merged.delete(ticketId);
    },
  ],
  split: [
    1,
    async (stage) => {
      const input = { ticketId: aTicketOf(stage), title: `Split ${stage.random.below(1_000)}`, commentIds: [] };
      stage.tickets.push((await splitTicket(stage.deps, stage.cast.world.lead, input)).id);
    },
  ],
  delete: [
    5,
    async (stage) => {
      const ticketId = aTicketOf(stage);
      await deleteTicket(stage.deps, stage.cast.world.admin, { ticketId });
      stage.deleted.add(ticketId);
    },
  ],
  restore: [
    5,
    async ({ deps, cast, random, deleted }) => {
      const ticketId = deleted.size > 0 ? random.pick([...deleted]) : NOBODY;
      deleted.delete(ticketId);
      await restoreTicket(deps, cast.world.admin, { ticketId });
    },
  ],
  move: [
    0.25,
    (stage) => {
      const mover = stage.random.pick([stage.cast.world.admin, stage.cast.world.lead]);
      return moveTicket(stage.deps, mover, { ticketId: aTicketOf(stage), projectId: projectOf(stage, 0.5) });
    },
  ],
  comment: [
    6,
    async (stage) => {
      const { random, cast, deps, comments } = stage;
      const said = {
        ticketId: aTicketOf(stage),
        content: `Said ${random.below(1_000)}`,
        visibility: visibility(random),
      };
      const { id } = await createComment(deps, cast.world.ann, parsed(CreateCommentInput, said));
      comments.push(id);
    },
  ],
  editComment: [
    3,
    ({ random, cast, deps, comments }) => {
      const patch = { content: `Said anew ${random.below(1_000)}`, visibility: visibility(random) };
      return updateComment(deps, cast.world.ann, { commentId: random.pick([NOBODY, ...comments.slice(-50)]), patch });
    },
  ],
  deleteComment: [
    1,
    ({ random, cast, deps, comments }) =>
      deleteComment(deps, cast.world.ann, { commentId: random.pick([NOBODY, ...comments.slice(-50)]) }),
  ],
  leave: [
    0.25,
    (stage) => {
      const { world } = stage.cast;
      return removeMember(stage.deps, world.admin, { projectId: world.project.id, userId: wanderer(stage).userId });
    },
  ],
  join: [
    0.25,
    (stage) => {
      const { world } = stage.cast;
      const [{ userId }, role] = [wanderer(stage), memberRole(stage.random)];
      return addMember(stage.deps, world.admin, { projectId: projectOf(stage, 0.8), userId, role });
    },
  ],
  memberRole: [
    0.2,
    (stage) => {
      const { world } = stage.cast;
      const [{ userId }, role] = [wanderer(stage), memberRole(stage.random)];
      return setMemberRole(stage.deps, world.admin, { projectId: world.project.id, userId, role });
    },
  ],
  agentOrCustomer: [0.1, (stage) => flip(stage, 'dan', 'CUSTOMER')],
  adminOrAgent: [0.1, (stage) => flip(stage, 'eve', 'AGENT')],
} satisfies Record<string, readonly [share: number, deed: Deed]>;

type DeedName = keyof typeof deeds;
const names = Object.keys(deeds) as DeedName[];
const shares = Object.fromEntries(names.map((name) => [name, deeds[name][0]])) as Record<DeedName, number>;
const pickDeed = weighted(shares);

/** Moments that repeat, so that many tickets share one and ids decide between them. */
const TICK_MS = 200;
const TICKETS_AT_FIRST = 40;

/** People at work: each call is one random thing that one of them does. */
export class Deeds {
  private readonly stage: Stage;
  /** What was done, by name. */
  readonly done = new Map<DeedName, number>();
  refused = 0;

  constructor(cast: Cast, choices: Choices, random: Random) {
    const now = () => new Date(Math.floor(Date.now() / TICK_MS) * TICK_MS);
    const deps = { ...cast.world.deps, clock: { now } };
    this.stage = { cast, deps, choices, random, tickets: [], deleted: new Set(), merged: new Set(), comments: [] };
  }

  async begin(): Promise<void> {
    while (this.stage.tickets.length < TICKETS_AT_FIRST) await this.attempt('create');
  }

  /** Does one thing. False: it was refused, and changed nothing. */
  next(): Promise<boolean> {
    return this.attempt(pickDeed(this.stage.random));
  }

  private async attempt(name: DeedName): Promise<boolean> {
    try {
      await deeds[name][1](this.stage);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error;
      this.refused++;
      return false;
    }
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
    return true;
  }
}
