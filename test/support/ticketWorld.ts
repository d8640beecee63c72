import { expect } from 'vitest';
import type { z } from 'zod';
import type { ErrorCode, ErrorDetails } from '../../contract/errors.js';
import type { ProjectEvent } from '../../contract/event.js';
import type { TicketPatch, TicketReply } from '../../contract/ticket.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { decodeRow } from '../../server/db/decodeRow.js';
import { digestOf } from '../../server/db/digest.js';
import { Event } from '../../server/db/models/Event.js';
import { adHoc } from '../../server/db/statement.js';
import { assignTicket } from '../../server/features/assignments/commands/assignTicket.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../server/features/tickets/commands/updateTicket.js';
import type { Actor } from '../../server/kernel/actor.js';
import { AppError } from '../../server/kernel/errors.js';
import { aCustomer, anAgent, aProject } from './people.js';
import type { Dialect } from './services.js';
import { aWorld, type Person, type World, type WorldOptions } from './world.js';

export interface TicketWorld extends World {
  /** Where `lead` leads, three agents work, and two customers report. */
  readonly project: { readonly id: string; readonly key: string };
  /** Where none of them is, but the administrator. */
  readonly foreign: { readonly id: string; readonly key: string };
  readonly lead: Person;
  readonly ann: Person;
  readonly bob: Person;
  readonly cyd: Person;
  readonly customer: Person;
  readonly otherCustomer: Person;
}

export async function aTicketWorld(dialect: Dialect, options?: WorldOptions): Promise<TicketWorld> {
  const world = await aWorld(dialect, options);
  const [lead, ann, bob, cyd] = [
    await anAgent(world, 'Lea Lead'),
    await anAgent(world, 'Ann Agent'),
    await anAgent(world, 'Bob Agent'),
    await anAgent(world, 'Cyd Agent'),
  ];
  const [customer, otherCustomer] = [await aCustomer(world, 'Kim Customer'), await aCustomer(world, 'Ole Customer')];
  const project = await aProject(world, { lead, members: [ann, bob, cyd], customers: [customer, otherCustomer] });
  const foreign = await aProject(world);
  return { ...world, project, foreign, lead, ann, bob, cyd, customer, otherCustomer };
}

/** The input as it comes out of the contract, defaults filled in. */
export const parsed = <Schema extends z.ZodType>(schema: Schema, input: z.input<Schema>): z.output<Schema> =>
  schema.parse(input);

type Draft = Partial<z.input<typeof CreateTicketInput>>;

/** A ticket in the world's project, made by Ann unless `actor` is named. */
export const aTicket = (world: TicketWorld, draft: Draft = {}, actor: Actor = world.ann): Promise<TicketReply> =>
  createTicket(
    world.deps,
    actor,
    parsed(CreateTicketInput, { projectId: world.project.id, title: 'A ticket', ...draft }),
  );

export const patchTicket = (
  world: TicketWorld,
  actor: Actor,
  ticketId: string,
  patch: TicketPatch,
  expectedVersion?: number,
): Promise<TicketReply> => updateTicket(world.deps, actor, { ticketId, patch, expectedVersion });

export const give = (world: TicketWorld, ticket: { id: string }, to: Actor, primary?: boolean) =>
  assignTicket(world.deps, world.lead, { ticketId: ticket.id, assigneeId: to.userId, primary });

/** All events of a ticket as they were written, oldest first. */
export async function eventsOf({ db }: World, ticket: { id: string }) {
  const found = await db.all(adHoc('SELECT * FROM events WHERE ticket_id = $1 ORDER BY seq'), [ticket.id]);
  return found.map((raw) => {
    const { seq, type, audience, reporterId, actorId, payload } = decodeRow(Event, raw);
    return { seq, type, audience, reporterId, actorId, payload: payload as ProjectEvent['payload'] };
  });
}

export async function rows<Row extends object>({ db }: World, sql: string, ...values: string[]): Promise<Row[]> {
  return db.all<Row>(adHoc(sql), values);
}

export const workloadOf = async (world: World, person: Actor): Promise<number> => {
  const sql = 'SELECT current_workload AS points FROM developers WHERE user_id = $1';
  const [row] = await rows<{ points: number }>(world, sql, person.userId);
  return row!.points;
};

/** Runs what must be refused with this code, and nothing may be written by it. */
export async function refusal(
  world: World,
  code: ErrorCode,
  call: () => Promise<unknown>,
): Promise<{ message: string; details: ErrorDetails }> {
  const before = await digestOf(world.db.sequelize);
  const wakes = world.wakes.length;
  const error = await call().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error, `wanted ${code}`).toBeInstanceOf(AppError);
  const { message, details, ...refused } = error as AppError;
  expect({ code: refused.code, message }).toEqual({ code, message });
  expect(await digestOf(world.db.sequelize)).toEqual(before);
  expect(world.wakes).toHaveLength(wakes);
  return { message, details };
}
