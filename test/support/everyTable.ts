import type { Sequelize, Transaction } from 'sequelize';
import { ApiKey } from '../../server/db/models/ApiKey.js';
import { Assignment } from '../../server/db/models/Assignment.js';
import { AssignmentHistory } from '../../server/db/models/AssignmentHistory.js';
import { AssignmentProposal } from '../../server/db/models/AssignmentProposal.js';
import { AssignmentRun } from '../../server/db/models/AssignmentRun.js';
import { Attachment } from '../../server/db/models/Attachment.js';
import { AuditEntry } from '../../server/db/models/AuditEntry.js';
import { BackupRun } from '../../server/db/models/BackupRun.js';
import { Comment } from '../../server/db/models/Comment.js';
import { Conversation } from '../../server/db/models/Conversation.js';
import { CustomField } from '../../server/db/models/CustomField.js';
import { ConversationMember } from '../../server/db/models/ConversationMember.js';
import { ConversationRead } from '../../server/db/models/ConversationRead.js';
import { DailyStat } from '../../server/db/models/DailyStat.js';
import { Department } from '../../server/db/models/Department.js';
import { Developer } from '../../server/db/models/Developer.js';
import { DeveloperSkill } from '../../server/db/models/DeveloperSkill.js';
import { Event } from '../../server/db/models/Event.js';
import { EventPutAside } from '../../server/db/models/EventPutAside.js';
import { FeedEvent } from '../../server/db/models/FeedEvent.js';
import { IdempotencyKey } from '../../server/db/models/IdempotencyKey.js';
import { LogConsumer } from '../../server/db/models/LogConsumer.js';
import { LogCursor } from '../../server/db/models/LogCursor.js';
import { IncomingDelivery } from '../../server/db/models/IncomingDelivery.js';
import { IncomingItem } from '../../server/db/models/IncomingItem.js';
import { IncomingWebhook } from '../../server/db/models/IncomingWebhook.js';
import { Mail } from '../../server/db/models/Mail.js';
import { Message } from '../../server/db/models/Message.js';
import { Notification } from '../../server/db/models/Notification.js';
import { NotificationPreference } from '../../server/db/models/NotificationPreference.js';
import { Project } from '../../server/db/models/Project.js';
import { ProjectCounter } from '../../server/db/models/ProjectCounter.js';
import { ProjectMember } from '../../server/db/models/ProjectMember.js';
import { ProjectTag } from '../../server/db/models/ProjectTag.js';
import { ProjectStorage } from '../../server/db/models/ProjectStorage.js';
import { RefreshToken } from '../../server/db/models/RefreshToken.js';
import { SavedView } from '../../server/db/models/SavedView.js';
import { SlaPolicy } from '../../server/db/models/SlaPolicy.js';
import { SlaReapplying } from '../../server/db/models/SlaReapplying.js';
import { SlaTerms } from '../../server/db/models/SlaTerms.js';
import { Skill } from '../../server/db/models/Skill.js';
import { StoredFile } from '../../server/db/models/StoredFile.js';
import { Tag } from '../../server/db/models/Tag.js';
import { Ticket } from '../../server/db/models/Ticket.js';
import { TicketClock } from '../../server/db/models/TicketClock.js';
import { TicketHistory } from '../../server/db/models/TicketHistory.js';
import { TicketLink } from '../../server/db/models/TicketLink.js';
import { TicketTag } from '../../server/db/models/TicketTag.js';
import { TicketToPlace } from '../../server/db/models/TicketToPlace.js';
import { TicketWatcher } from '../../server/db/models/TicketWatcher.js';
import { TicketStat } from '../../server/db/models/TicketStat.js';
import { User } from '../../server/db/models/User.js';
import { UserFeed } from '../../server/db/models/UserFeed.js';
import { fillValidations } from './validationRows.js';
import { WorkflowRule } from '../../server/db/models/WorkflowRule.js';
import { WorkflowRun } from '../../server/db/models/WorkflowRun.js';
import { Webhook } from '../../server/db/models/Webhook.js';
import { WebhookDelivery } from '../../server/db/models/WebhookDelivery.js';
import { WebhookLane } from '../../server/db/models/WebhookLane.js';

/** The same rows on every call: fixed ids and moments, so that two databases can be compared. */
const idOf = (n: number): string => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const at = new Date('2026-11-22T09:00:00.123Z');
const stamps = { createdAt: at, updatedAt: at };

/** Puts a handful of rows into every table that has a model, with as many columns filled as the rules allow. */
export const fillEveryTable = (sequelize: Sequelize): Promise<void> =>
  sequelize.transaction(async (transaction) => {
    await fillPeople(transaction);
    await fillWork(transaction);
    await fillBeside(transaction);
    await fillRecord(transaction);
    await fillValidations(transaction, { idOf, at });
    await fillAutomation(transaction);
    await fillWebhooks(transaction);
  });

async function fillPeople(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  await Department.create({ id: idOf(1), name: 'Ümlaut', description: 'ß', ...stamps }, options);
  const person = { passwordHash: 'hash', departmentId: idOf(1), ...stamps };
  await User.create({ id: idOf(2), email: 'ada@company.com', name: 'Ada', role: 'ADMIN', ...person }, options);
  await User.create(
    { id: idOf(3), email: 'bo@company.com', username: 'bo', name: 'Bo', role: 'CUSTOMER', active: false, ...person },
    options,
  );
  const token = { userId: idOf(2), familyId: idOf(4), expiresAt: at, ip: '::1', ...stamps };
  await RefreshToken.create({ id: idOf(5), tokenHash: 'second', ...token }, options);
  await RefreshToken.create({ id: idOf(6), tokenHash: 'first', usedAt: at, replacedById: idOf(5), ...token }, options);
  const key = { userId: idOf(2), name: 'CI', prefix: 'bt_1', keyHash: 'kh' };
  await ApiKey.create({ id: idOf(7), ...key, scopes: ['read', 'write'], ...stamps }, options);
  await Skill.create({ id: idOf(8), name: 'TypeScript', aliases: ['TS'], ...stamps }, options);
  await Developer.create({ id: idOf(9), userId: idOf(2), name: 'Ada', availability: 0.5, ...stamps }, options);
  await DeveloperSkill.create({ id: idOf(10), developerId: idOf(9), skillId: idOf(8), level: 5, ...stamps }, options);
}

async function fillTalk(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  await Conversation.create({ id: idOf(22), kind: 'TICKET', projectId: idOf(20), ...stamps }, options);
  const talk = { conversationId: idOf(22), ...stamps };
  await ConversationMember.create({ id: idOf(40), userId: idOf(2), ...talk }, options);
  const message = { authorId: idOf(2), content: 'What did\nyou do?', ...talk };
  await Message.create({ id: idOf(41), isEdited: true, editedAt: at, ...message }, options);
  const gone = { deletedAt: at, deletedBy: idOf(2), deleteReason: 'rude' };
  await Message.create({ id: idOf(42), parentId: idOf(41), ...gone, ...message }, options);
  await ConversationRead.create({ userId: idOf(3), lastReadMessageId: idOf(41), lastReadAt: at, ...talk }, options);
}

async function fillWork(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  const project = { key: 'SUP', name: 'Support', ownerId: idOf(2), startDate: '2026-01-01', endDate: '2026-12-31' };
  await Project.create({ id: idOf(20), ...project, ...stamps }, options);
  await ProjectMember.create(
    { id: idOf(21), projectId: idOf(20), userId: idOf(3), role: 'CUSTOMER', ...stamps },
    options,
  );
  await fillTalk(transaction);
  const ticket = { projectId: idOf(20), conversationId: idOf(22), reporterId: idOf(3), createdBy: idOf(2), ...stamps };
  await Ticket.create(
    {
      id: idOf(23),
      number: 1,
      key: 'SUP-1',
      title: 'Café menu prints twice',
      description: 'The printer says “no”. Twice.',
      dueDate: '2027-02-28',
      storyPoints: 3,
      estimatedHours: 0.5,
      requiredSkillId: idOf(8),
      departmentId: idOf(1),
      assigneeId: idOf(2),
      assignmentState: 'ASSIGNED',
      externalSource: 'old',
      externalId: '77',
      customFields: { b: 1, a: 'x', deep: null },
      ...ticket,
    },
    options,
  );
  const ended = { status: 'CLOSED', resolvedAt: at, completedAt: at, closedAt: at } as const;
  const deleted = { deletedAt: at, deletedBy: idOf(2), deleteReason: 'a double' };
  const second = { id: idOf(24), number: 2, key: 'SUP-2', title: 'Again', parentId: idOf(23) };
  await Ticket.create({ ...second, ...ended, ...deleted, ...ticket }, options);
  await fillProposals(transaction);
  const span = {
    ticketId: idOf(23),
    assigneeId: idOf(2),
    assignedByLabel: 'Ada',
    type: 'MANUAL',
    assignedAt: at,
  } as const;
  await Assignment.create({ id: idOf(25), isPrimary: true, ...span, ...stamps }, options);
  await Assignment.create({ id: idOf(26), status: 'REMOVED', unassignedAt: at, ...span, ...stamps }, options);
  const comment = { ticketId: idOf(23), userId: idOf(3), content: 'Still\nso.' };
  await Comment.create({ id: idOf(27), ...comment, ...stamps }, options);
  await Comment.create({ id: idOf(28), ...comment, parentId: idOf(27), visibility: 'INTERNAL', ...stamps }, options);
  const view = { ownerId: idOf(2), filter: { unassigned: true }, sort: { by: 'dueDate', dir: 'asc' } } as const;
  const field = { projectId: idOf(20), key: 'a', label: 'Ä', kind: 'SELECT', options: ['x', 'y'] } as const;
  await CustomField.create({ id: idOf(34), ...field, options: ['x', 'y'], ...stamps }, options);
  await SavedView.create({ id: idOf(29), name: 'Étage', nameKey: 'étage', ...view, ...stamps }, options);
  await fillFiles(transaction);
}

async function fillProposals(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  const run = { projectId: idOf(20), inputHash: 'b'.repeat(64), solver: 'highs', seq: 1, requestedBy: idOf(2) };
  const objective = { placed: 2, fit: -1, order: 0 };
  const made = { strategy: 'OPTIMAL', outcome: 'FEASIBLE', objective, gap: 0.25, unplaced: [] } as const;
  const filters = { tag: 'ümlaut', includeHeld: true };
  await AssignmentRun.create({ id: idOf(44), ...run, ...made, filters, ...stamps }, options);
  const about = { runId: idOf(44), projectId: idOf(20), ticketId: idOf(23), developerId: idOf(9), rank: 1, score: -3 };
  const why = { explanation: { z: 1, a: 'é' } as never, reason: 'Fits “best”', ticketVersion: 1 };
  const decided = { decidedBy: idOf(2), decidedAt: at };
  await AssignmentProposal.create(
    { id: idOf(45), state: 'APPROVED', ...about, ...why, ...decided, ...stamps },
    options,
  );
  const no = { state: 'REJECTED', decisionReason: 'Näh' } as const;
  await AssignmentProposal.create({ id: idOf(46), ...no, ...about, ...why, ...decided, ...stamps }, options);
}

async function fillFiles(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  const bytes = { sha256: 'a'.repeat(64), size: 7 };
  await StoredFile.create({ id: idOf(40), ...bytes, contentType: 'image/png', releasedAt: at, ...stamps }, options);
  const file = { ticketId: idOf(23), commentId: idOf(27), filename: 'Menü “a”.png', uploadedBy: idOf(3), ...bytes };
  const ready = { state: 'READY', contentType: 'image/png' } as const;
  await Attachment.create({ id: idOf(41), ...file, ...ready, fileKey: idOf(40), ...stamps }, options);
  await Attachment.create({ id: idOf(42), ...file, ...ready, deletedAt: at, deletedBy: idOf(2), ...stamps }, options);
  await Attachment.create({ id: idOf(43), ...file, ...stamps }, options);
  await ProjectStorage.create({ projectId: idOf(20), bytes: 2 ** 41 + 1 }, options);
}

async function fillBeside(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  await Tag.create({ id: idOf(29), name: 'Ümlaut', nameKey: 'ümlaut', ...stamps }, options);
  await fillClocks(transaction);
  await TicketToPlace.create(
    { ticketId: idOf(23), projectId: idOf(20), cause: 'FREED', attempts: 1, dueAt: at, ...stamps },
    options,
  );
  await TicketWatcher.create({ ticketId: idOf(23), userId: idOf(3), mergedFromId: idOf(24), ...stamps }, options);
  const link = { createdBy: idOf(2), ...stamps };
  await TicketLink.create(
    {
      id: idOf(40),
      fromId: idOf(24),
      toId: idOf(23),
      type: 'MERGED_INTO',
      undo: { status: 'OPEN', tags: ['é'] },
      ...link,
    },
    options,
  );
  await TicketLink.create({ id: idOf(41), fromId: idOf(23), toId: idOf(24), type: 'RELATES', ...link }, options);
  await TicketTag.create({ tagId: idOf(29), ticketId: idOf(23), projectId: idOf(20), ...stamps }, options);
}

async function fillAutomation(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  const rule = { projectId: idOf(20), name: 'Ümlaut', description: 'ß', active: true, position: 3, ownerId: idOf(2) };
  const trigger = { kind: 'SCHEDULE', cron: '0 9 * * *', timezone: 'UTC', over: 'TICKETS' } as const;
  const conditions = { match: 'ALL', of: [] } as const;
  const actions = [{ kind: 'UNASSIGN' }] as const;
  const scheduled = {
    trigger,
    conditions: { ...conditions, of: [] },
    actions: [...actions],
    sinceSeq: 1,
    nextRunAt: at,
  };
  await WorkflowRule.create(
    { id: idOf(46), ...rule, ...scheduled, lastAssigneeId: idOf(2), deletedAt: at, deletedBy: idOf(2), ...stamps },
    options,
  );
  const detail = [{ kind: 'UNASSIGN', result: 'DONE' as const, why: null }];
  const cause = { eventId: idOf(30), eventSeq: 1, rootId: idOf(30), depth: 1, firstSeq: 1, lastSeq: 1 };
  const outcome = { outcome: 'DONE', actionCount: 1, detail } as const;
  await WorkflowRun.create(
    { id: idOf(47), projectId: idOf(20), ruleId: idOf(46), ticketId: idOf(23), ...cause, ...outcome, ...stamps },
    options,
  );
  await LogConsumer.create({ name: 'rules', seenAt: at, ...stamps }, options);
  const reader = { consumer: 'rules', projectId: idOf(20), ...stamps };
  await LogCursor.create({ seq: 0, attempts: 2, retryAt: at, ...reader }, options);
  await EventPutAside.create({ id: idOf(37), why: 'FAILED', firstSeq: 1, lastSeq: 1, error: 'Ü', ...reader }, options);
}

async function fillRecord(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  await ProjectCounter.create({ projectId: idOf(20), eventSeq: 1, ticketNo: 2, nOpen: 1 }, options);
  const stat = { projectId: idOf(20), dimension: 'ASSIGNEE', value: idOf(2) } as const;
  await TicketStat.create({ ...stat, nOpen: 1, points: 3 }, options);
  await DailyStat.create({ projectId: idOf(20), measure: 'CREATED', day: '2026-11-22', n: 1 }, options);
  await ProjectTag.create({ projectId: idOf(20), nameKey: 'ümlaut', ticketCount: 1 }, options);
  const change = { ticketId: idOf(23), projectId: idOf(20), seq: 1, changedBy: idOf(2), ...stamps };
  const fact = { projectId: idOf(20), seq: 1, actorId: idOf(2), actorName: 'Ada', ticketId: idOf(23), at };
  const payload = { z: [1, { y: null }], a: 'é' };
  await Event.create(
    { id: idOf(30), type: 'ticket.created', audience: 'REPORTER', reporterId: idOf(3), payload, ...fact },
    options,
  );
  await UserFeed.create({ userId: idOf(2), feedSeq: 1 }, options);
  await FeedEvent.create({ id: idOf(31), userId: idOf(2), type: 'ticket.assigned', payload, ...fact }, options);
  await TicketHistory.create({ id: idOf(32), version: 1, action: 'CREATED', newValue: 'x', ...change }, options);
  await AssignmentHistory.create(
    { id: idOf(33), assignmentId: idOf(25), newDeveloper: 'Ada', action: 'CREATED', changedAt: at, ...change },
    options,
  );
  const deed = { actorId: idOf(2), actorName: 'Ada', sessionId: 'key:1', procedure: 'departments.update' };
  const of = { entity: 'DEPARTMENT', entityId: idOf(1), projectId: idOf(20), action: 'UPDATED' } as const;
  await AuditEntry.create({ id: idOf(34), at, ...deed, ...of, before: { name: 'x' }, after: { name: 'ß' } }, options);
  const told = { userId: idOf(2), ticketId: idOf(23), inApp: true };
  await Notification.create(
    { id: idOf(35), kind: 'REPLY', commentId: idOf(27), actorId: idOf(3), seq: 1, readAt: at, ...told, ...stamps },
    options,
  );
  await Notification.create({ id: idOf(36), kind: 'DUE_SOON', dueOn: '2027-02-28', ...told, ...stamps }, options);
  await NotificationPreference.create(
    { userId: idOf(2), kind: 'MENTION', inApp: false, email: false, ...stamps },
    options,
  );
  await Mail.create({ userId: idOf(2), mailId: idOf(35), attempts: 2, dueAt: at, ...stamps }, options);
  await BackupRun.create(
    { id: idOf(90), outcome: 'DONE', startedAt: at, seenAt: at, endedAt: at, file: 'b.tar', bytes: 12, rowCount: 3 },
    options,
  );
  const reply = { procedure: 'tickets.create', requestHash: 'rh', reply: { seq: 1 }, createdAt: at };
  await IdempotencyKey.create({ userId: idOf(2), key: 'k', ...reply }, options);
}

async function fillWebhooks(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  const hook = { projectId: idOf(20), url: 'https://example.com/ü?a=b', eventTypes: ['ticket.created'], sinceSeq: 1 };
  const more = { createdBy: idOf(2), previousSecretUntil: at, secretNo: 2, failingSince: at };
  await Webhook.create({ id: idOf(60), ...hook, description: 'Größe', ...more, ...stamps }, options);
  const gone = { active: false, disabledReason: 'GONE', deletedAt: at, deletedBy: idOf(2) } as const;
  await Webhook.create({ id: idOf(61), ...hook, eventTypes: [], ...gone, ...stamps }, options);
  const told = { webhookId: idOf(60), eventId: idOf(30), eventType: 'ticket.created', seq: 1, body: '{"z":1,"a":"é"}' };
  const lane = { ticketId: idOf(23), lane: idOf(23), expiresAt: at };
  const answer = { responseStatus: 500, responseHeaders: { z: '1', a: 'é' }, responseBody: 'nö', durationMs: 12 };
  const tried = { attempts: 1, attemptedAt: at, error: 'ECONNRESET' };
  await WebhookDelivery.create(
    { id: idOf(62), dedupeKey: 'a', ...told, ...lane, ...answer, ...tried, ...stamps },
    options,
  );
  const done = { status: 'DELIVERED', finishedAt: at } as const;
  await WebhookDelivery.create({ id: idOf(63), dedupeKey: 'b', ...told, ...lane, ...done, ...stamps }, options);
  const leased = { isLeased: true, claims: 3, dueAt: at };
  await WebhookLane.create({ webhookId: idOf(60), lane: idOf(23), ...leased, ...stamps }, options);
  const endpoint = { projectId: idOf(20), userId: idOf(3), kind: 'GITHUB', name: 'Hüb', createdBy: idOf(2) } as const;
  await IncomingWebhook.create({ id: idOf(64), ...endpoint, receivedAt: at, ...stamps }, options);
  const came = { incomingWebhookId: idOf(64), ticketId: idOf(23) };
  const arrival = { deliveryKey: 'k', event: 'issues', action: 'opened', outcome: 'STALE', reason: 'spät' } as const;
  await IncomingDelivery.create({ id: idOf(65), ...arrival, ...came, ...stamps }, options);
  const item = { externalId: 'o/r#1', remoteAt: at, remote: { z: 1, a: 'é' }, isGone: true };
  await IncomingItem.create({ ...item, ...came, ...stamps }, options);
}

async function fillClocks(transaction: Transaction): Promise<void> {
  const options = { transaction, silent: true };
  const policy = { projectId: idOf(20), name: 'Urgent', priorities: ['URGENT' as const], position: 0, active: true };
  await SlaPolicy.create({ id: idOf(90), ...policy, termsNo: 1, ...stamps }, options);
  const calendar = { timeZone: 'Europe/Berlin', hours: null, holidays: ['2026-12-25'] };
  await SlaTerms.create(
    { id: idOf(91), policyId: idOf(90), no: 1, resolveMinutes: 60, warnFraction: 0.8, calendar, ...stamps },
    options,
  );
  const clock = { startedAt: at, warnAt: at, dueAt: at, pausedMs: 5_000_000_000.5, markAt: at };
  await TicketClock.create({ ticketId: idOf(23), kind: 'RESOLVE', termsId: idOf(91), ...clock, ...stamps }, options);
  await SlaReapplying.create({ projectId: idOf(20), afterNo: 1, ...stamps }, options);
}
