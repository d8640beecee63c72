import { ApiKey } from './models/ApiKey.js';
import { Assignment } from './models/Assignment.js';
import { AssignmentHistory } from './models/AssignmentHistory.js';
import { AssignmentProposal } from './models/AssignmentProposal.js';
import { AssignmentRun } from './models/AssignmentRun.js';
import { Attachment } from './models/Attachment.js';
import { AuditEntry } from './models/AuditEntry.js';
import { BackupRun } from './models/BackupRun.js';
import { Comment } from './models/Comment.js';
import { Conversation } from './models/Conversation.js';
import { CustomField } from './models/CustomField.js';
import { ConversationMember } from './models/ConversationMember.js';
import { ConversationRead } from './models/ConversationRead.js';
import { DailyStat } from './models/DailyStat.js';
import { Department } from './models/Department.js';
import { Developer } from './models/Developer.js';
import { DeveloperSkill } from './models/DeveloperSkill.js';
import { Event } from './models/Event.js';
import { EventPutAside } from './models/EventPutAside.js';
import { FeedEvent } from './models/FeedEvent.js';
import { IdempotencyKey } from './models/IdempotencyKey.js';
import { IncomingDelivery } from './models/IncomingDelivery.js';
import { IncomingItem } from './models/IncomingItem.js';
import { IncomingWebhook } from './models/IncomingWebhook.js';
import { Installation } from './models/Installation.js';
import { LogConsumer } from './models/LogConsumer.js';
import { LogCursor } from './models/LogCursor.js';
import { Mail } from './models/Mail.js';
import { Message } from './models/Message.js';
import { Notification } from './models/Notification.js';
import { NotificationPreference } from './models/NotificationPreference.js';
import { Project } from './models/Project.js';
import { ProjectCounter } from './models/ProjectCounter.js';
import { ProjectMember } from './models/ProjectMember.js';
import { ProjectTag } from './models/ProjectTag.js';
import { ProjectStorage } from './models/ProjectStorage.js';
import { RefreshToken } from './models/RefreshToken.js';
import { SavedView } from './models/SavedView.js';
import { SlaPolicy } from './models/SlaPolicy.js';
import { SlaReapplying } from './models/SlaReapplying.js';
import { SlaTerms } from './models/SlaTerms.js';
import { Skill } from './models/Skill.js';
import { StoredFile } from './models/StoredFile.js';
import { Tag } from './models/Tag.js';
import { Ticket } from './models/Ticket.js';
import { TicketClock } from './models/TicketClock.js';
import { TicketHistory } from './models/TicketHistory.js';
import { TicketLink } from './models/TicketLink.js';
import { TicketTag } from './models/TicketTag.js';
import { TicketToPlace } from './models/TicketToPlace.js';
import { TicketWatcher } from './models/TicketWatcher.js';
import { TicketStat } from './models/TicketStat.js';
import { User } from './models/User.js';
import { UserFeed } from './models/UserFeed.js';
import { ValidationSession } from './models/ValidationSession.js';
import { ValidationStatusChange } from './models/ValidationStatusChange.js';
import { ValidationLog } from './models/ValidationLog.js';
import { ValidationShare } from './models/ValidationShare.js';
import { ValidationResult } from './models/ValidationResult.js';
import { Discrepancy } from './models/Discrepancy.js';
import { BehavioralTestResult } from './models/BehavioralTestResult.js';
import { ValidationMetric } from './models/ValidationMetric.js';
import { WorkflowRule } from './models/WorkflowRule.js';
import { WorkflowRun } from './models/WorkflowRun.js';
import { Webhook } from './models/Webhook.js';
import { WebhookDelivery } from './models/WebhookDelivery.js';
import { WebhookLane } from './models/WebhookLane.js';

/** Every model, parents before children: the order in which rows can be inserted. */
export const allModels = [
  Installation,
  Department,
  User,
  RefreshToken,
  ApiKey,
  Developer,
  Skill,
  DeveloperSkill,
  Project,
  ProjectMember,
  Conversation,
  ConversationMember,
  Message,
  ConversationRead,
  Ticket,
  AssignmentRun,
  AssignmentProposal,
  Assignment,
  ProjectCounter,
  TicketStat,
  DailyStat,
  ProjectTag,
  Event,
  UserFeed,
  FeedEvent,
  TicketHistory,
  AssignmentHistory,
  IdempotencyKey,
  Comment,
  SavedView,
  CustomField,
  StoredFile,
  Attachment,
  ProjectStorage,
  AuditEntry,
  WorkflowRule,
  WorkflowRun,
  Notification,
  NotificationPreference,
  Mail,
  Tag,
  TicketTag,
  TicketWatcher,
  TicketLink,
  TicketToPlace,
  BackupRun,
  ValidationSession,
  ValidationStatusChange,
  ValidationLog,
  ValidationShare,
  ValidationResult,
  Discrepancy,
  BehavioralTestResult,
  ValidationMetric,
  Webhook,
  WebhookDelivery,
  WebhookLane,
  IncomingWebhook,
  IncomingDelivery,
  IncomingItem,
  LogConsumer,
  LogCursor,
  EventPutAside,
  SlaPolicy,
  SlaTerms,
  TicketClock,
  SlaReapplying,
] as const;

/** Columns that the database computes: read like any other, left out when rows are copied into another database. */
export const generatedColumns: Readonly<Record<string, readonly string[]>> = { tickets: ['priority_rank', 'due_sort'] };
