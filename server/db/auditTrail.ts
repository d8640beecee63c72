import type { Attributes } from 'sequelize';
import type { AuditAction, AuditEntity } from '../../contract/audit.js';
import { personOf } from '../kernel/actor.js';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { newId } from '../kernel/ids.js';
import type { ApiKey } from './models/ApiKey.js';
import type { AssignmentProposal } from './models/AssignmentProposal.js';
import type { AssignmentRun } from './models/AssignmentRun.js';
import type { Attachment } from './models/Attachment.js';
import { AuditEntry } from './models/AuditEntry.js';
import type { Comment } from './models/Comment.js';
import type { Conversation } from './models/Conversation.js';
import type { ConversationMember } from './models/ConversationMember.js';
import type { CustomField } from './models/CustomField.js';
import type { Department } from './models/Department.js';
import type { Developer } from './models/Developer.js';
import type { IncomingWebhook } from './models/IncomingWebhook.js';
import type { Message } from './models/Message.js';
import type { NotificationPreference } from './models/NotificationPreference.js';
import type { Project } from './models/Project.js';
import type { ProjectMember } from './models/ProjectMember.js';
import type { RefreshToken } from './models/RefreshToken.js';
import type { SavedView } from './models/SavedView.js';
import type { PolicyTerms } from './models/SlaTerms.js';
import type { SlaPolicy } from './models/SlaPolicy.js';
import type { Skill } from './models/Skill.js';
import type { User } from './models/User.js';
import type { Discrepancy } from './models/Discrepancy.js';
import type { ValidationSession } from './models/ValidationSession.js';
import type { ValidationShare } from './models/ValidationShare.js';
import type { WorkflowRule } from './models/WorkflowRule.js';
import type { Webhook } from './models/Webhook.js';
import type { WebhookDelivery } from './models/WebhookDelivery.js';
import { insertRow, sendRows } from './rowStatements.js';
import type { Statements } from './statement.js';
import type { Call } from './call.js';

/** What each entity is known by here: its row, and what belongs to it. */
interface Audited {
  USER: Attributes<User>;
  DEVELOPER: Attributes<Developer> & { skills: readonly object[] };
  DEPARTMENT: Attributes<Department>;
  SKILL: Attributes<Skill>;
  PROJECT: Attributes<Project>;
  MEMBER: Attributes<ProjectMember>;
  COMMENT: Attributes<Comment>;
  SESSION: Attributes<RefreshToken>;
  API_KEY: Attributes<ApiKey>;
  PREFERENCE: Attributes<NotificationPreference>;
  VIEW: Attributes<SavedView>;
  CUSTOM_FIELD: Attributes<CustomField>;
  CONVERSATION: Attributes<Conversation>;
  CONVERSATION_MEMBER: Attributes<ConversationMember>;
  /** Without what was said: an administrator does not see every conversation. */
  MESSAGE: Omit<Attributes<Message>, 'content'>;
  ATTACHMENT: Attributes<Attachment>;
  ASSIGNMENT_RUN: Attributes<AssignmentRun>;
  SLA_POLICY: Attributes<SlaPolicy> & PolicyTerms;
  /** Without why it was proposed, which stays as it was made. */
  PROPOSAL: Omit<Attributes<AssignmentProposal>, 'explanation'>;
  VALIDATION: Attributes<ValidationSession>;
  VALIDATION_SHARE: Attributes<ValidationShare>;
  DISCREPANCY: Attributes<Discrepancy>;
  /** What it says stands there as JSON. */
  RULE: Omit<Attributes<WorkflowRule>, 'trigger' | 'conditions' | 'actions'> &
    Readonly<Record<'trigger' | 'conditions' | 'actions', string>>;
  WEBHOOK: Attributes<Webhook>;
  INCOMING_WEBHOOK: Attributes<IncomingWebhook>;
  /** Without what was sent and answered. */
  WEBHOOK_DELIVERY: Omit<Attributes<WebhookDelivery>, 'body' | 'responseHeaders' | 'responseBody'>;
}
type Secret = 'passwordHash' | 'tokenHash' | 'keyHash';

/**
 * All that may stand in the log. Commands hand over whole rows; what is not named here stays out, and a secret cannot be
 * named.
 */
export const auditedFields: { readonly [Entity in AuditEntity]: readonly Exclude<keyof Audited[Entity], Secret>[] } = {
  USER: [
    ...(['email', 'username', 'name', 'role', 'title', 'avatarUrl', 'departmentId', 'active'] as const),
    ...(['mustChangePassword', 'isDemo'] as const),
  ],
  DEVELOPER: [
    ...(['userId', 'name', 'title', 'experienceYears', 'availability', 'capacity', 'timezone'] as const),
    ...(['outOfOfficeFrom', 'outOfOfficeTo', 'skills'] as const),
  ],
  DEPARTMENT: ['name', 'description', 'active'],
  SKILL: ['name', 'aliases'],
  PROJECT: [
    'key',
    'name',
    'description',
    'ownerId',
    'status',
    'startDate',
    'endDate',
    'isArchived',
    'awayPolicy',
    'autoAssign',
  ],
  MEMBER: ['userId', 'role'],
  COMMENT: ['ticketId', 'userId', 'content', 'visibility', 'parentId', 'deleteReason'],
  SESSION: ['userId', 'userAgent', 'ip', 'expiresAt'],
  API_KEY: ['userId', 'name', 'prefix', 'scopes', 'expiresAt'],
  PREFERENCE: ['kind', 'inApp', 'email'],
  VIEW: ['ownerId', 'name', 'filter', 'sort', 'shared'],
  CUSTOM_FIELD: ['key', 'label', 'kind', 'options', 'required', 'position', 'active'],
  CONVERSATION: ['kind', 'name', 'description', 'isPrivate', 'createdBy', 'archivedAt'],
  CONVERSATION_MEMBER: ['conversationId', 'userId'],
  MESSAGE: ['conversationId', 'authorId', 'deleteReason'],
  ATTACHMENT: ['ticketId', 'commentId', 'filename', 'contentType', 'size', 'sha256', 'uploadedBy', 'deleteReason'],
  ASSIGNMENT_RUN: ['strategy', 'inputHash', 'solver', 'outcome', 'objective', 'seq', 'requestedBy', 'filters'],
  SLA_POLICY: [
    ...(['name', 'priorities', 'categories', 'firstResponseMinutes', 'resolveMinutes', 'warnFraction'] as const),
    ...(['calendar', 'position', 'active'] as const),
  ],
  PROPOSAL: ['runId', 'ticketId', 'developerId', 'state', 'decidedBy', 'decisionReason'],
  VALIDATION: [
    ...(['name', 'sourceTechnology', 'targetTechnology', 'status', 'ownerId', 'compared', 'matched'] as const),
    ...(['nLow', 'nMedium', 'nHigh', 'nCritical', 'tests', 'testsPassed', 'archivedAt', 'deleteReason'] as const),
  ],
  VALIDATION_SHARE: ['sessionId', 'userId', 'permission'],
  DISCREPANCY: ['sessionId', 'type', 'severity', 'sourcePath', 'targetPath', 'status', 'ticketId', 'reason'],
  RULE: ['name', 'description', 'trigger', 'conditions', 'actions', 'active', 'position', 'ownerId'],
  WEBHOOK: ['url', 'eventTypes', 'description', 'active', 'disabledReason', 'secretNo', 'previousSecretUntil'],
  INCOMING_WEBHOOK: ['kind', 'name', 'active', 'userId', 'secretNo', 'previousSecretUntil'],
  WEBHOOK_DELIVERY: ['webhookId', 'eventId', 'eventType', 'ticketId', 'status'],
};

export interface AuditDraft<Entity extends AuditEntity> {
  readonly entity: Entity;
  readonly entityId: string;
  readonly action: AuditAction;
  readonly projectId?: string | null;
  /** Left out for what is new, and `after` for what is gone; both, when no field shows what was done. */
  readonly before?: Partial<Audited[Entity]>;
  readonly after?: Partial<Audited[Entity]>;
}

/** Why something is gone, beside what it was. */
export const goneFor = (deleteReason: string | null): { readonly after?: { readonly deleteReason: string } } =>
  deleteReason === null ? {} : { after: { deleteReason } };

type Row = Parameters<typeof insertEntry.values>[0];
const insertEntry = insertRow(AuditEntry, [
  ...(['id', 'at', 'actorId', 'actorName', 'sessionId', 'procedure', 'entity', 'entityId', 'projectId'] as const),
  ...(['action', 'before', 'after'] as const),
]);

/** The audit log's side of a unit of work: lines wait here, and leave with its last statements. A unit that has none pays nothing. */
export class AuditTrail {
  private readonly rows: Row[] = [];

  constructor(
    private readonly call: Pick<Call, 'actor' | 'procedure'>,
    private readonly at: Date,
  ) {}

  /** Of a change, what differs; a change of nothing leaves no line. */
  add<Entity extends AuditEntity>({ entity, entityId, action, projectId = null, ...draft }: AuditDraft<Entity>): void {
    const { actor, procedure } = this.call;
    const [before, after] = differing(entity, draft);
    if (before && after && Object.keys(after).length === 0) return;
    this.rows.push({
      id: newId(),
      at: this.at,
      actorId: personOf(actor),
      actorName: actor.name,
      sessionId: actor.sessionId,
      procedure,
      entity,
      entityId,
      projectId,
      action,
      before,
      after,
    });
  }

  send(statements: Pick<Statements, 'send'>): void {
    sendRows(statements, insertEntry, this.rows.splice(0));
  }
}

type Fields = Record<string, unknown>;

function differing<Entity extends AuditEntity>(
  entity: Entity,
  { before, after }: Pick<AuditDraft<Entity>, 'before' | 'after'>,
): [Fields | null, Fields | null] {
  const allowed = auditedFields[entity] as readonly string[];
  const isSame = (field: string): boolean =>
    before !== undefined &&
    after !== undefined &&
    canonicalJson(valueOf(before, field)) === canonicalJson(valueOf(after, field));
  const shown = allowed.filter((field) => !isSame(field));
  const narrowed = (row: object | undefined): Fields | null =>
    row ? Object.fromEntries(shown.filter((field) => field in row).map((field) => [field, valueOf(row, field)])) : null;
  return [narrowed(before), narrowed(after)];
}

const valueOf = (row: object, field: string): unknown => {
  const value = (row as Fields)[field] ?? null;
  return value instanceof Date ? value.toISOString() : value;
};
