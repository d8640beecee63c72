import type { TRPCRouterRecord } from '@trpc/server';
import {
  Dashboard,
  DashboardInput,
  StatsAssignments,
  StatsAssignmentsInput,
  Throughput,
  ThroughputInput,
  TimeToResolve,
  TimeToResolveInput,
} from '../../../contract/stats.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { dashboard } from './dashboard.queries.js';
import { statsAssignments, throughput, timeToResolve } from './stats.queries.js';

export const stats = {
  dashboard: actorProcedure
    .input(DashboardInput)
    .output(Dashboard)
    .query(({ ctx, input }) => dashboard(ctx.deps, ctx.actor, input)),
  assignments: actorProcedure
    .input(StatsAssignmentsInput)
    .output(StatsAssignments)
    .query(({ ctx, input }) => statsAssignments(ctx.deps.db, ctx.actor, input)),
  throughput: actorProcedure
    .input(ThroughputInput)
    .output(Throughput)
    .query(({ ctx, input }) => throughput(ctx.deps.db, ctx.actor, input)),
  timeToResolve: actorProcedure
    .input(TimeToResolveInput)
    .output(TimeToResolve)
    .query(({ ctx, input }) => timeToResolve(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
