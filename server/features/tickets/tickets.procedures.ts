import type { TRPCRouterRecord } from '@trpc/server';
import { BulkUpdateInput, BulkUpdateReply } from '../../../contract/bulkUpdate.js';
import { CsvReport, SyncTicketsInput } from '../../../contract/csvSync.js';
import {
  LinkTicketInput,
  MergeTicketInput,
  SplitTicketInput,
  UnlinkTicketInput,
  UnmergeTicketInput,
} from '../../../contract/link.js';
import { TagTicketInput, UntagTicketInput } from '../../../contract/tag.js';
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
import { ListWatchersInput, WatcherPage, WatchReply, WatchTicketInput } from '../../../contract/watcher.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { searchTickets } from '../search/searchTickets.js';
import { bulkUpdateTickets } from './commands/bulkUpdateTickets.js';
import { createTicket } from './commands/createTicket.js';
import { deleteTicket } from './commands/deleteTicket.js';
import { linkTickets } from './commands/linkTickets.js';
import { mergeTickets } from './commands/mergeTickets.js';
import { moveTicket } from './commands/moveTicket.js';
import { restoreTicket } from './commands/restoreTicket.js';
import { splitTicket } from './commands/splitTicket.js';
import { syncTickets, syncSentTickets } from './commands/syncTickets.js';
import { tagTicket } from './commands/tagTicket.js';
import { unlinkTickets } from './commands/unlinkTickets.js';
import { unmergeTickets } from './commands/unmergeTickets.js';
import { untagTicket } from './commands/untagTicket.js';
import { unwatchTicket } from './commands/unwatchTicket.js';
import { updateTicket } from './commands/updateTicket.js';
import { watchTicket } from './commands/watchTicket.js';
import { getTicket } from './oneTicket.queries.js';
import { ticketCounts } from './ticketCounts.js';
import { exportTickets } from './ticketExport.queries.js';
import { ticketHistory, ticketTimeline } from './ticketHistory.queries.js';
import { listTickets } from './tickets.queries.js';
import { listWatchers } from './watchers.queries.js';

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
  bulkUpdate: actorProcedure
    .input(BulkUpdateInput)
    .output(BulkUpdateReply)
    .mutation(({ ctx, input }) => bulkUpdateTickets(ctx.deps, ctx.actor, input)),
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
  tag: actorProcedure
    .input(TagTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => tagTicket(ctx.deps, ctx.actor, input)),
  untag: actorProcedure
    .input(UntagTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => untagTicket(ctx.deps, ctx.actor, input)),
  link: actorProcedure
    .input(LinkTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => linkTickets(ctx.deps, ctx.actor, input)),
  unlink: actorProcedure
    .input(UnlinkTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => unlinkTickets(ctx.deps, ctx.actor, input)),
  merge: actorProcedure
    .input(MergeTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => mergeTickets(ctx.deps, ctx.actor, input)),
  unmerge: actorProcedure
    .input(UnmergeTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => unmergeTickets(ctx.deps, ctx.actor, input)),
  split: actorProcedure
    .input(SplitTicketInput)
    .output(TicketReply)
    .mutation(({ ctx, input }) => splitTicket(ctx.deps, ctx.actor, input)),
  watch: actorProcedure
    .input(WatchTicketInput)
    .output(WatchReply)
    .mutation(({ ctx, input }) => watchTicket(ctx.deps, ctx.actor, input)),
  unwatch: actorProcedure
    .input(WatchTicketInput)
    .output(WatchReply)
    .mutation(({ ctx, input }) => unwatchTicket(ctx.deps, ctx.actor, input)),
  watchers: actorProcedure
    .input(ListWatchersInput)
    .output(WatcherPage)
    .query(({ ctx, input }) => listWatchers(ctx.deps.db, ctx.actor, input)),
  search: actorProcedure
    .input(SearchTicketsInput)
    .output(TicketPage)
    .query(({ ctx, input }) => searchTickets(ctx.deps.db, ctx.actor, input)),
  counts: actorProcedure
    .input(TicketCountsInput)
    .output(TicketCounts)
    .query(({ ctx, input }) => ticketCounts(ctx.deps.db, ctx.actor, input.projectId)),
  sync: actorProcedure
    .input(SyncTicketsInput)
    .output(CsvReport)
    .mutation(({ ctx: { deps, actor, table }, input }) =>
      table ? syncSentTickets(deps, actor, input, table) : syncTickets(deps, actor, input),
    ),
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
