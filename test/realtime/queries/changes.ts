import type { Random } from '../../../seeders/support/random.js';
import { assignTicket } from '../../../server/features/assignments/commands/assignTicket.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { reassignTicket } from '../../../server/features/assignments/commands/reassignTicket.js';
import { removeAssignment } from '../../../server/features/assignments/commands/removeAssignment.js';
import type { Deps } from '../../../server/features/deps.js';
import { addMember } from '../../../server/features/projects/commands/addMember.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { unmergeTickets } from '../../../server/features/tickets/commands/unmergeTickets.js';
import { untagTicket } from '../../../server/features/tickets/commands/untagTicket.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { AppError } from '../../../server/kernel/errors.js';
import { rows, type TicketWorld } from '../../support/ticketWorld.js';
import { randomDraft, randomPatch, randomTags, type Choices } from './randomTickets.js';

/** Moments that repeat, so that many tickets share one and ids decide between them. */
const TICK_MS = 200;

/** People at work on the tickets of two projects: each call is one random thing that one of them does. */
export class Changes {
  private readonly tickets: string[] = [];
  private readonly merged: string[] = [];
  private readonly deps: Deps;
  /** What happened, by verb; refused ones not counted. */
  readonly done = new Map<string, number>();

  constructor(
    private readonly world: TicketWorld,
    private readonly choices: Choices,
    private readonly random: Random,
  ) {
    const now = () => new Date(Math.floor(Date.now() / TICK_MS) * TICK_MS);
    this.deps = { ...world.deps, clock: { now } };
  }

  async next(): Promise<void> {
    const { random } = this;
    const chance = random.next();
    const verb =
      this.tickets.length < 20 || chance < 0.1
        ? 'create'
        : chance < 0.5
          ? 'update'
          : chance < 0.97
            ? random.pick([
                'assign',
                'claim',
                'reassign',
                'remove',
                'delete',
                'restore',
                'tag',
                'untag',
                'merge',
                'unmerge',
              ] as const)
            : random.pick(['leave', 'join', 'become'] as const);
    try {
      await this[verb]();
      this.done.set(verb, (this.done.get(verb) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error;
    }
  }

  private get ticketId(): string {
    return this.random.pick(this.tickets);
  }

  private async create(): Promise<void> {
    const { world, random, choices } = this;
    const { id } = await createTicket(this.deps, world.ann, randomDraft(random, choices, world.project.id));
    this.tickets.push(id);
  }
  private update() {
    const patch = randomPatch(this.random, this.choices);
    return updateTicket(this.deps, this.world.lead, { ticketId: this.ticketId, patch });
  }
  private assign() {
    const { random, choices, ticketId } = this;
    const [assigneeId, primary] = [random.pick(choices.agents), random.chance(0.5)];
    return assignTicket(this.deps, this.world.lead, { ticketId, assigneeId, primary });
  }
  private claim() {
    const { ann, bob, cyd } = this.world;
    return claimTicket(this.deps, this.random.pick([ann, bob, cyd]), { ticketId: this.ticketId });
  }
  private async reassign() {
    const assignmentId = await this.assignment();
    const newAssigneeId = this.random.pick(this.choices.agents);
    return reassignTicket(this.deps, this.world.lead, { assignmentId, newAssigneeId });
  }
  private async remove() {
    return removeAssignment(this.deps, this.world.lead, { assignmentId: await this.assignment() });
  }
  private delete() {
    return deleteTicket(this.deps, this.world.lead, { ticketId: this.ticketId });
  }
  private restore() {
    return restoreTicket(this.deps, this.world.lead, { ticketId: this.ticketId });
  }
  private tag() {
    return tagTicket(this.deps, this.world.lead, { ticketId: this.ticketId, tags: randomTags(this.random) });
  }
  private untag() {
    return untagTicket(this.deps, this.world.lead, { ticketId: this.ticketId, tags: randomTags(this.random) });
  }
  private async merge() {
    const [ticketId, intoId] = [this.ticketId, this.ticketId];
    await mergeTickets(this.deps, this.world.lead, { ticketId, intoId });
    this.merged.push(ticketId);
  }
  private async unmerge() {
    const ticketId = this.merged.at(-1) ?? this.ticketId;
    await unmergeTickets(this.deps, this.world.lead, { ticketId });
    this.merged.pop();
  }
  private leave() {
    const { world } = this;
    return removeMember(this.deps, world.admin, { projectId: world.project.id, userId: world.cyd.userId });
  }
  private join() {
    const { world } = this;
    const role = this.random.pick(['MEMBER', 'CUSTOMER'] as const);
    return addMember(this.deps, world.admin, { projectId: world.project.id, userId: world.cyd.userId, role });
  }
  private become() {
    const { world } = this;
    const role = this.random.pick(['MEMBER', 'CUSTOMER'] as const);
    return setMemberRole(this.deps, world.admin, { projectId: world.project.id, userId: world.cyd.userId, role });
  }

  private async assignment(): Promise<string> {
    const sql = "SELECT id FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE' ORDER BY id";
    const found = await rows<{ id: string }>(this.world, sql, this.ticketId);
    return found[0]?.id ?? '0198f0a0-0000-7000-8000-000000000000';
  }
}
