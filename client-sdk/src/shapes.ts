/** What the contract says, for those who build on the client: words and limits as values, everything else as types. */
export {
  apiKeyScopes,
  assignmentActions,
  assignmentStates,
  assignmentStatuses,
  assignmentTypes,
  autoAssigns,
  awayPolicies,
  bulkOutcomes,
  categories,
  customFieldKinds,
  conversationKinds,
  priorities,
  projectRoles,
  projectStatuses,
  ruleEvents,
  slaStates,
  ticketSorts,
  ticketStatuses,
  ticketTypes,
  userRoles,
  visibilities,
  waitingOns,
} from '../../contract/enums.js';
export { closeCodes, errorCodes } from '../../contract/errors.js';
export { limits } from '../../contract/limits.js';
export { constraintWords, limitOf, proposalRestsOn, UNESTIMATED_POINTS } from '../../contract/planning.js';

export type { Assignment, AssignmentHistoryEntry, AssignmentReply } from '../../contract/assignment.js';
export type { BulkResult } from '../../contract/bulkUpdate.js';
export type { Attachment, AttachmentDetail, AttachmentReply, CreatedAttachment } from '../../contract/attachment.js';
export type { Comment, CommentReply } from '../../contract/comment.js';
export type { CustomField } from '../../contract/customField.js';
export type {
  Conversation,
  ConversationDetail,
  ConversationMember,
  ConversationReply,
} from '../../contract/conversation.js';
export type { Department } from '../../contract/department.js';
export type { Developer } from '../../contract/developer.js';
export type { ErrorCode, ErrorDetails, JsonValue } from '../../contract/errors.js';
export type {
  Changes,
  ConversationEvent,
  FeedEvent,
  FeedEventPayloads,
  FeedEventType,
  Handover,
  ProjectEvent,
  ProjectEventPayloads,
  ProjectEventType,
  TicketRef,
} from '../../contract/event.js';
export type { ResyncReason } from '../../contract/live.js';
export type { QueryCounts } from '../../contract/liveTickets.js';
export type { Message, MessageReply, ThreadPage } from '../../contract/message.js';
export type { PresenceItem, PresentPerson } from '../../contract/presence.js';
export type { AutoAssign, AwayPolicy, Member, Project, ProjectDetail, ProjectRole } from '../../contract/project.js';
export type {
  ActionResult,
  DryRunReply,
  RuleAction,
  RuleReply,
  RuleRun,
  RuleTrigger,
  WorkflowRule,
} from '../../contract/rule.js';
export type { RuleGroup, RuleOperator, RuleTest } from '../../contract/ruleCondition.js';
export type {
  AssignmentProposal,
  AssignmentProposalDetail,
  AssignmentRun,
  AssignmentRunDetail,
  ProposalState,
  ProposeFilters,
  ProposeReply,
} from '../../contract/proposal.js';
export type {
  PlanConstraint,
  PlanOutcome,
  PlanReason,
  PlanStrategy,
  PlanTerms,
  ProposalExplanation,
  UnplacedTicket,
} from '../../contract/plan.js';
export type { Skill } from '../../contract/skill.js';
export type { Task } from '../../contract/task.js';
export type { Page } from '../../contract/text.js';
export type {
  Assignee,
  AssignmentState,
  Priority,
  Ticket,
  TicketDetail,
  TicketPatch,
  TicketReply,
  TicketStatus,
} from '../../contract/ticket.js';
export type { TicketCounts, TicketHistoryEntry, TicketSort } from '../../contract/ticketInputs.js';
export type { TimelineItem } from '../../contract/timeline.js';
export type { SavedView } from '../../contract/view.js';
export type { User, UserDetail, UserRole } from '../../contract/user.js';
export type {
  BySeverity,
  Severity,
  SharePermission,
  ValidationSession,
  ValidationSessionDetail,
  ValidationShare,
  ValidationStatus,
} from '../../contract/validation.js';
export type {
  BehavioralTest,
  Discrepancy,
  DiscrepancyStatus,
  ValidationMetrics,
  ValidationResult,
  ValidationSummary,
} from '../../contract/finding.js';
export type { SlaCalendar, SlaPolicy, Weekday } from '../../contract/sla.js';
export type { SlaState } from '../../contract/ticketSla.js';
export type { Delivery, DeliveryDetail, DeliveryStatus, Webhook, WebhookWithSecret } from '../../contract/webhook.js';
export type {
  IncomingDelivery,
  IncomingOutcome,
  IncomingWebhook,
  IncomingWebhookWithSecret,
} from '../../contract/incomingWebhook.js';
