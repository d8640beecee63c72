import { ApiKey } from './models/ApiKey.js';
import { Assignment } from './models/Assignment.js';
import { AssignmentHistory } from './models/AssignmentHistory.js';
import { Attachment } from './models/Attachment.js';
import { AuditEntry } from './models/AuditEntry.js';
import { Comment } from './models/Comment.js';
import { Conversation } from './models/Conversation.js';
import { CustomField } from './models/CustomField.js';
import { ConversationMember } from './models/ConversationMember.js';
import { DailyStat } from './models/DailyStat.js';
import { Department } from './models/Department.js';
import { Developer } from './models/Developer.js';
import { DeveloperSkill } from './models/DeveloperSkill.js';
import { Event } from './models/Event.js';
import { FeedEvent } from './models/FeedEvent.js';
import { IdempotencyKey } from './models/IdempotencyKey.js';
import { Installation } from './models/Installation.js';
import { Message } from './models/Message.js';
import { Notification } from './models/Notification.js';
import { NotificationPreference } from './models/NotificationPreference.js';
import { Project } from './models/Project.js';
import { ProjectCounter } from './models/ProjectCounter.js';
import { ProjectMember } from './models/ProjectMember.js';
import { ProjectStorage } from './models/ProjectStorage.js';
import { RefreshToken } from './models/RefreshToken.js';
import { SavedView } from './models/SavedView.js';
import { Skill } from './models/Skill.js';
import { StoredFile } from './models/StoredFile.js';
import { Tag } from './models/Tag.js';
import { Ticket } from './models/Ticket.js';
import { TicketHistory } from './models/TicketHistory.js';
import { TicketLink } from './models/TicketLink.js';
import { TicketTag } from './models/TicketTag.js';
import { TicketWatcher } from './models/TicketWatcher.js';
import { TicketStat } from './models/TicketStat.js';
import { User } from './models/User.js';
import { UserFeed } from './models/UserFeed.js';

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
  Ticket,
  Assignment,
  ProjectCounter,
  TicketStat,
  DailyStat,
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
  Notification,
  NotificationPreference,
  Tag,
  TicketTag,
  TicketWatcher,
  TicketLink,
] as const;

/** Columns that the database computes: read like any other, left out when rows are copied into another database. */
export const generatedColumns: Readonly<Record<string, readonly string[]>> = { tickets: ['priority_rank', 'due_sort'] };
