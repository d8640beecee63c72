import type { TRPCRouterRecord } from '@trpc/server';
import { TicketDetail, TicketPage, TicketReply } from '../../../contract/ticket.js';
import {
  CreateTicketInput,
  DeleteTicketInput,
  GetTicketInput,
  ListTicketsInput,
  MoveTicketInput,
  RestoreTicketInput,
  SearchTicketsInput,
  TicketCounts,
  TicketCountsInput,
  TicketHistoryInput,
  TicketHistoryPage,
  TicketTimelineInput,
  UpdateTicketInput,
} from '../../../contract/ticketInputs.js';
import { ExportTicketsInput, TicketExport } from '../../../contract/ticketExport.js';
import { TimelinePage } from '../../../contract/timeline.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { createTicket } from './commands/createTicket.js';
import { deleteTicket } from './commands/deleteTicket.js';
import { moveTicket } from './commands/moveTicket.js';
import { restoreTicket } from './commands/restoreTicket.js';
import { updateTicket } from './commands/updateTicket.js';
import { getTicket } from './oneTicket.queries.js';
import { ticketCounts } from './ticketCounts.js';
import { exportTickets } from './ticketExport.queries.js';
import { ticketHistory, ticketTimeline } from './ticketHistory.queries.js';
import { listTickets, searchTickets } from './tickets.queries.js';

export const tickets = {
  list: actorProcedure
    .input(ListTicketsInput)
    .output(TicketPage)
    .query(({ ctx, input }) => listTickets(ctx.deps.db, ctx.actor, input)),
  get: actorProcedure
    .input(GetTicketInput)
    .output(TicketDetail)
    .query(({ ctx, input }) => getTicket(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(CreateTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => createTicket(ctx.deps, ctx.actor, input)),
  update: actorProcedure
    .input(UpdateTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => updateTicket(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(DeleteTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => deleteTicket(ctx.deps, ctx.actor, input)),
  restore: actorProcedure
    .input(RestoreTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => restoreTicket(ctx.deps, ctx.actor, input)),
  move: actorProcedure
    .input(MoveTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => moveTicket(ctx.deps, ctx.actor, input)),
  search: actorProcedure
    .input(SearchTicketsInput)
    .output(TicketPage)
    .query(({ ctx, input }) => searchTickets(ctx.deps.db, ctx.actor, input)),
  counts: actorProcedure
    .input(TicketCountsInput)
    .output(TicketCounts)
    .query(({ ctx, input }) => ticketCounts(ctx.deps.db, ctx.actor, input.projectId)),
  export: actorProcedure
    .input(ExportTicketsInput)
    .output(TicketExport)
    .query(({ ctx, input }) => exportTickets(ctx.deps.db, ctx.actor, input)),
  timeline: actorProcedure
    .input(TicketTimelineInput)
    .output(TimelinePage)
    .query(({ ctx, input }) => ticketTimeline(ctx.deps.db, ctx.actor, input)),
  history: actorProcedure
    .input(TicketHistoryInput)
    .output(TicketHistoryPage)
    .query(({ ctx, input }) => ticketHistory(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
