import type { TRPCRouterRecord } from '@trpc/server';
import { Done } from '../../../contract/auth.js';
import * as finding from '../../../contract/finding.js';
import * as contract from '../../../contract/validation.js';
import { actorProcedure } from '../../rpc/trpc.js';
import { addBehavioralTests } from './commands/addBehavioralTests.js';
import { addDiscrepancies } from './commands/addDiscrepancies.js';
import { addResult } from './commands/addResult.js';
import { appendLog } from './commands/appendLog.js';
import { archiveSession } from './commands/archiveSession.js';
import { createSession } from './commands/createSession.js';
import { resolveDiscrepancies, waiveDiscrepancies } from './commands/decideDiscrepancies.js';
import { deleteSession } from './commands/deleteSession.js';
import { openDiscrepancies } from './commands/openDiscrepancies.js';
import { setSessionStatus } from './commands/setSessionStatus.js';
import { shareSession } from './commands/shareSession.js';
import { discrepancyTrends, listDiscrepancies } from './discrepancies.queries.js';
import { exportSession } from './export.queries.js';
import { listBehavioralTests, listResults, resultStats } from './findings.queries.js';
import { validationMetrics } from './metrics.queries.js';
import { getSession, listLogs, listSessions } from './sessions.queries.js';

const sessions = {
  list: actorProcedure
    .input(contract.ListValidationsInput)
    .output(contract.ValidationPage)
    .query(({ ctx, input }) => listSessions(ctx.deps.db, ctx.actor, input)),
  get: actorProcedure
    .input(contract.ValidationIdInput)
    .output(contract.ValidationSessionDetail)
    .query(({ ctx, input }) => getSession(ctx.deps.db, ctx.actor, input)),
  create: actorProcedure
    .input(contract.CreateValidationInput)
    .output(contract.ValidationSession)
    .mutation(({ ctx, input }) => createSession(ctx.deps, ctx.actor, input)),
  setStatus: actorProcedure
    .input(contract.SetValidationStatusInput)
    .output(contract.ValidationSession)
    .mutation(({ ctx, input }) => setSessionStatus(ctx.deps, ctx.actor, input)),
  appendLog: actorProcedure
    .input(contract.AppendValidationLogInput)
    .output(contract.AppendValidationLogReply)
    .mutation(({ ctx, input }) => appendLog(ctx.deps, ctx.actor, input)),
  logs: actorProcedure
    .input(contract.ListValidationLogsInput)
    .output(contract.ValidationLogPage)
    .query(({ ctx, input }) => listLogs(ctx.deps.db, ctx.actor, input)),
  archive: actorProcedure
    .input(contract.ArchiveValidationInput)
    .output(contract.ValidationSession)
    .mutation(({ ctx, input }) => archiveSession(ctx.deps, ctx.actor, input)),
  delete: actorProcedure
    .input(contract.DeleteValidationInput)
    .output(Done)
    .mutation(({ ctx, input }) => deleteSession(ctx.deps, ctx.actor, input)),
  share: actorProcedure
    .input(contract.ShareValidationInput)
    .output(contract.ShareValidationReply)
    .mutation(({ ctx, input }) => shareSession(ctx.deps, ctx.actor, input)),
  export: actorProcedure
    .input(contract.ExportValidationInput)
    .output(contract.ValidationExport)
    .query(({ ctx, input }) => exportSession(ctx.deps.db, ctx.actor, input)),
};

const results = {
  add: actorProcedure
    .input(finding.AddResultInput)
    .output(finding.ValidationResult)
    .mutation(({ ctx, input }) => addResult(ctx.deps, ctx.actor, input)),
  list: actorProcedure
    .input(finding.ListResultsInput)
    .output(finding.ResultPage)
    .query(({ ctx, input }) => listResults(ctx.deps.db, ctx.actor, input)),
  stats: actorProcedure
    .input(finding.ResultStatsInput)
    .output(finding.ResultStats)
    .query(({ ctx, input }) => resultStats(ctx.deps.db, ctx.actor, input)),
};

const discrepancies = {
  add: actorProcedure
    .input(finding.AddDiscrepanciesInput)
    .output(finding.AddDiscrepanciesReply)
    .mutation(({ ctx, input }) => addDiscrepancies(ctx.deps, ctx.actor, input)),
  list: actorProcedure
    .input(finding.ListDiscrepanciesInput)
    .output(finding.DiscrepancyPage)
    .query(({ ctx, input }) => listDiscrepancies(ctx.deps.db, ctx.actor, input)),
  trends: actorProcedure
    .input(finding.TrendsInput)
    .output(finding.Trends)
    .query(({ ctx, input }) => discrepancyTrends(ctx.deps.db, ctx.actor, input)),
  open: actorProcedure
    .input(finding.OpenDiscrepanciesInput)
    .output(finding.OpenDiscrepanciesReply)
    .mutation(({ ctx, input }) => openDiscrepancies(ctx.deps, ctx.actor, input)),
  resolve: actorProcedure
    .input(finding.ResolveDiscrepanciesInput)
    .output(finding.DecideDiscrepanciesReply)
    .mutation(({ ctx, input }) => resolveDiscrepancies(ctx.deps, ctx.actor, input)),
  waive: actorProcedure
    .input(finding.WaiveDiscrepanciesInput)
    .output(finding.DecideDiscrepanciesReply)
    .mutation(({ ctx, input }) => waiveDiscrepancies(ctx.deps, ctx.actor, input)),
};

const behavioralTests = {
  add: actorProcedure
    .input(finding.AddBehavioralTestsInput)
    .output(finding.AddBehavioralTestsReply)
    .mutation(({ ctx, input }) => addBehavioralTests(ctx.deps, ctx.actor, input)),
  list: actorProcedure
    .input(finding.ListBehavioralTestsInput)
    .output(finding.BehavioralTestPage)
    .query(({ ctx, input }) => listBehavioralTests(ctx.deps.db, ctx.actor, input)),
};

export const validations = {
  sessions,
  results,
  discrepancies,
  behavioralTests,
  metrics: actorProcedure
    .input(finding.ValidationMetricsInput)
    .output(finding.ValidationMetricsPage)
    .query(({ ctx, input }) => validationMetrics(ctx.deps.db, ctx.actor, input)),
} satisfies TRPCRouterRecord;
