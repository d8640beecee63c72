import type { Attributes } from 'sequelize';
import type { AuditAction, AuditEntity } from '../../contract/audit.js';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { newId } from '../kernel/ids.js';
import type { ApiKey } from './models/ApiKey.js';
import type { Attachment } from './models/Attachment.js';
import { AuditEntry } from './models/AuditEntry.js';
import type { Comment } from './models/Comment.js';
import type { Conversation } from './models/Conversation.js';
import type { ConversationMember } from './models/ConversationMember.js';
import type { CustomField } from './models/CustomField.js';
import type { Department } from './models/Department.js';
import type { Developer } from './models/Developer.js';
import type { Message } from './models/Message.js';
import type { NotificationPreference } from './models/NotificationPreference.js';
import type { Project } from './models/Project.js';
import type { ProjectMember } from './models/ProjectMember.js';
import type { RefreshToken } from './models/RefreshToken.js';
import type { SavedView } from './models/SavedView.js';
import type { Skill } from './models/Skill.js';
import type { User } from './models/User.js';
import { insertRow, sendRows } from './rowStatements.js';
import type { Statements } from './statement.js';
import type { Call } from './unitOfWork.js';

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
  PROJECT: ['key', 'name', 'description', 'ownerId', 'status', 'startDate', 'endDate', 'isArchived'],
  MEMBER: ['userId', 'role'],
  COMMENT: ['ticketId', 'userId', 'content', 'visibility', 'parentId'],
  SESSION: ['userId', 'userAgent', 'ip', 'expiresAt'],
  API_KEY: ['userId', 'name', 'prefix', 'scopes', 'expiresAt'],
  PREFERENCE: ['kind', 'inApp'],
  VIEW: ['ownerId', 'name', 'filter', 'sort', 'shared'],
  CUSTOM_FIELD: ['key', 'label', 'kind', 'options', 'required', 'position', 'active'],
  CONVERSATION: ['kind', 'name', 'description', 'isPrivate', 'createdBy', 'archivedAt'],
  CONVERSATION_MEMBER: ['conversationId', 'userId'],
  MESSAGE: ['conversationId', 'authorId'],
  ATTACHMENT: ['ticketId', 'commentId', 'filename', 'contentType', 'size', 'sha256', 'uploadedBy'],
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
      actorId: actor.userId === '' ? null : actor.userId,
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
