import type { Place } from './places.js';

export type Thing = keyof Place;

/** What a field of this name is of; that of one procedure goes before that of all. */
const thingsOf: Readonly<Record<string, readonly Thing[]>> = {
  projectId: ['project'],
  ticketId: ['ticket', 'deletedTicket', 'task'],
  ticketIds: ['ticket', 'deletedTicket', 'task'],
  otherId: ['ticket', 'deletedTicket', 'task'],
  intoId: ['ticket', 'deletedTicket', 'task'],
  taskId: ['task', 'ticket'],
  parentId: ['ticket'],
  'comments.create parentId': ['comment', 'internalComment'],
  'tickets.create conversationId': ['channel', 'privateChannel', 'direct', 'conversation'],
  conversationId: ['conversation', 'channel', 'privateChannel', 'direct'],
  messageId: ['message', 'privateMessage', 'ticketMessage'],
  'messages.post parentId': ['message', 'privateMessage', 'ticketMessage'],
  memberIds: ['user'],
  // The first of its `memberIds`.
  'conversations.create 0': ['user'],
  commentId: ['comment', 'internalComment'],
  attachmentId: ['attachment', 'internalAttachment'],
  commentIds: ['comment', 'internalComment'],
  'tickets.split 0': ['comment', 'internalComment'],
  assignmentId: ['assignment'],
  proposalId: ['proposal'],
  proposalIds: ['proposal'],
  runId: ['run'],
  viewId: ['view'],
  fieldId: ['customField'],
  ruleId: ['rule'],
  people: ['user'],
  webhookId: ['webhook'],
  deliveryId: ['delivery'],
  incomingId: ['incomingWebhook'],
  policyId: ['slaPolicy'],
  sessionId: ['session'],
  ids: ['notification'],
  'notifications.markRead 0': ['notification'],
  until: ['notification'],
  'conversations.markRead until': ['message', 'privateMessage', 'ticketMessage'],
  apiKeyId: ['apiKey'],
  'projects.get key': ['projectKey'],
  'tickets.get key': ['ticketKey'],
  'tickets.get id': ['ticket', 'deletedTicket', 'task'],
  userId: ['user'],
  actorId: ['user'],
  entityId: ['user'],
  ownerId: ['user'],
  reporterId: ['user'],
  creatorId: ['user'],
  assigneeId: ['user'],
  newAssigneeId: ['user'],
  developerId: ['developer', 'user'],
  departmentId: ['department'],
  skillId: ['skill'],
  requiredSkill: ['skill'],
  requiredSkillId: ['skill'],
  resultId: ['validationResult'],
  discrepancyIds: ['discrepancy'],
};

/** What a field of a procedure's input names; undefined when it names nothing. */
export const thingsAt = (procedure: string, field: string): readonly Thing[] | undefined =>
  procedure.startsWith('validations.') && field === 'sessionId'
    ? ['validation']
    : (thingsOf[`${procedure} ${field}`] ?? thingsOf[field]);
