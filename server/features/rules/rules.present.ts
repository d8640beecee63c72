import type { Attributes } from 'sequelize';
import type { RuleRun as PresentedRun, WorkflowRule as Presented } from '../../../contract/rule.js';
import type { WorkflowRule } from '../../db/models/WorkflowRule.js';
import type { WorkflowRun } from '../../db/models/WorkflowRun.js';

export type RuleRow = Attributes<WorkflowRule> & { readonly ownerName: string };
export type RunRow = Attributes<WorkflowRun> & { readonly ruleName: string; readonly ticketKey: string | null };

export const presentRule = (row: RuleRow): Presented => ({
  id: row.id,
  projectId: row.projectId,
  name: row.name,
  description: row.description,
  trigger: row.trigger,
  conditions: row.conditions,
  actions: row.actions,
  active: row.active,
  position: row.position,
  ownerId: row.ownerId,
  ownerName: row.ownerName,
  nextRunAt: row.nextRunAt?.toISOString() ?? null,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentRun = (row: RunRow): PresentedRun => ({
  id: row.id,
  projectId: row.projectId,
  ruleId: row.ruleId,
  ruleName: row.ruleName,
  eventId: row.eventId,
  eventSeq: row.eventSeq,
  ticketId: row.ticketId,
  ticketKey: row.ticketKey,
  rootId: row.rootId,
  depth: row.depth,
  outcome: row.outcome,
  actions: row.detail,
  firstSeq: row.firstSeq,
  lastSeq: row.lastSeq,
  createdAt: row.createdAt.toISOString(),
});
