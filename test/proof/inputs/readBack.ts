import { isDeepStrictEqual } from 'node:util';
import { tagKey } from '../../../contract/tagKey.js';
import { canonicalJson } from '../../../server/kernel/canonicalJson.js';

type Fields = Readonly<Record<string, unknown>>;
/** What a query answers to an administrator; for what is a caller's own, to the caller. */
export type Ask = (path: string, input: object) => Promise<any>;
/** Finds what was written; null when nothing had to be. */
type Reader = (input: Fields, reply: any, ask: Ask, since: number) => Promise<Fields | null | undefined>;

const byId =
  (path: string, name: string): Reader =>
  (_, { id }, ask) =>
    ask(path, { [name]: id });

async function found(ask: Ask, path: string, input: object, isIt: (row: any) => boolean): Promise<Fields | undefined> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await ask(path, { ...input, limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    const row = page.items.find(isIt);
    if (row) return row;
    cursor = page.nextCursor;
  }
  return undefined;
}
const inList =
  (path: string, about: (reply: any) => object = () => ({})): Reader =>
  (_, reply, ask) =>
    found(ask, path, about(reply), ({ id }) => id === reply.id);
const member: Reader = (_, { projectId, userId }, ask) =>
  found(ask, 'projects.members.list', { projectId }, (row) => row.userId === userId);
const aRule = inList('rules.list', ({ projectId }) => ({ projectId }));
const slaPolicy = inList('sla.list', ({ projectId }) => ({ projectId }));
const customField = inList('projects.fields.list', ({ projectId }) => ({ projectId }));
const webhook = inList('webhooks.list', ({ projectId }) => ({ projectId }));
const incomingWebhook = inList('webhooks.incoming.list', ({ projectId }) => ({ projectId }));
const ofConversation = ({ conversationId }: { conversationId: string }) => ({ conversationId });
const ofTicket = ({ ticketId }: { ticketId: string }) => ({ ticketId });
const channelMember: Reader = (_, { conversationId, userId }, ask) =>
  found(ask, 'conversations.members.list', { conversationId }, (row) => row.userId === userId);
const archived: Reader = async (_, { id: conversationId }, ask) => {
  const conversation = await ask('conversations.get', { conversationId });
  return { ...conversation, isArchived: conversation.archivedAt !== null };
};
/** Whoever has the ticket already keeps it as it was. */
const span: Reader = async (_, reply, ask, since) => {
  if (Date.parse(reply.assignedAt) < since) return null;
  return inList('assignments.list', ofTicket)(_, reply, ask, since);
};

/** A lead who takes back the sharing of somebody's view sees it no more. */
const aView: Reader = async (input, reply, ask, since) =>
  (await inList('views.list')(input, reply, ask, since)) ?? (reply.shared ? undefined : null);
/** One of those that the patch was for. */
const oneOfMany: Reader = async (_, { results }, ask) => {
  const done = results.find(({ outcome }: { outcome: string }) => outcome !== 'FAILED');
  return done ? ask('tickets.get', { ticketId: done.ticketId }) : null;
};

/** There may be others of other types between the same two. */
const link: Reader = async ({ otherId, type }, { id }, ask) => {
  const { links } = await ask('tickets.get', { ticketId: id });
  const between = links.filter(({ ticketId }: { ticketId: string }) => ticketId === otherId);
  const made = between.find((one: Fields) => one['type'] === type) ?? between[0];
  return made && { otherId, type: made.type };
};

/** How what a mutation wrote is read again. */
export const readers: Readonly<Record<string, Reader>> = {
  'tickets.create': byId('tickets.get', 'ticketId'),
  'tickets.update': byId('tickets.get', 'ticketId'),
  'tickets.bulkUpdate': oneOfMany,
  'tickets.move': byId('tickets.get', 'ticketId'),
  'tickets.restore': byId('tickets.get', 'ticketId'),
  'tickets.tag': byId('tickets.get', 'ticketId'),
  'tickets.merge': byId('tickets.get', 'ticketId'),
  'tickets.split': byId('tickets.get', 'ticketId'),
  'tickets.link': link,
  'tasks.create': byId('tasks.get', 'taskId'),
  'tasks.update': byId('tasks.get', 'taskId'),
  'rules.create': aRule,
  'rules.update': aRule,
  'views.create': aView,
  'views.update': aView,
  'comments.create': inList('comments.list', ofTicket),
  'comments.update': inList('comments.list', ofTicket),
  'messages.post': inList('messages.list', ofConversation),
  'messages.edit': inList('messages.list', ofConversation),
  'conversations.create': byId('conversations.get', 'conversationId'),
  'conversations.update': byId('conversations.get', 'conversationId'),
  'conversations.archive': archived,
  'conversations.members.add': channelMember,
  'projects.create': byId('projects.get', 'projectId'),
  'projects.update': byId('projects.get', 'projectId'),
  'projects.archive': byId('projects.get', 'projectId'),
  'sla.create': slaPolicy,
  'sla.update': slaPolicy,
  'projects.fields.create': customField,
  'projects.fields.update': customField,
  'webhooks.create': webhook,
  'webhooks.update': webhook,
  'webhooks.incoming.create': incomingWebhook,
  'webhooks.incoming.update': incomingWebhook,
  'projects.members.add': member,
  'projects.members.setRole': member,
  'users.create': byId('users.get', 'userId'),
  'users.update': byId('users.get', 'userId'),
  'users.setRole': byId('users.get', 'userId'),
  'departments.create': inList('departments.list'),
  'departments.update': inList('departments.list'),
  'skills.create': inList('skills.list'),
  'skills.update': inList('skills.list'),
  'developers.update': byId('developers.get', 'developerId'),
  'auth.apiKeys.create': inList('auth.apiKeys.list'),
  'notifications.preferences.update': async (_, { kind }, ask) =>
    (await ask('notifications.preferences.get', {})).items.find((row: Fields) => row['kind'] === kind),
  'validations.sessions.create': byId('validations.sessions.get', 'sessionId'),
  'validations.sessions.archive': async (_, { id: sessionId }, ask) => {
    const session = await ask('validations.sessions.get', { sessionId });
    return { ...session, isArchived: session.archivedAt !== null };
  },
  'validations.results.add': inList('validations.results.list', ({ sessionId }) => ({ sessionId })),
  'assignments.assign': span,
  'assignments.claim': span,
  'assignments.reassign': span,
};

/** Mutations after which nothing can be read that the input says, and why. */
export const unreadable: Readonly<Record<string, string>> = {
  'auth.login': 'its input is a secret',
  'auth.refresh': 'its input is a secret',
  'auth.renew': 'its input is a secret',
  'auth.changePassword': 'its input is a secret',
  'auth.logout': 'says nothing',
  'auth.logoutAll': 'says nothing',
  'auth.sessions.revoke': 'names what is gone afterwards',
  'auth.apiKeys.revoke': 'names what is gone afterwards',
  'users.activate': 'names a person, and nothing else',
  'users.deactivate': 'names a person, and nothing else',
  'developers.sync': 'many developers at once, out of one text',
  'developers.refreshWorkloads': 'says nothing',
  'departments.delete': 'names what is gone afterwards',
  'projects.members.remove': 'names what is gone afterwards',
  'tickets.delete': 'names what is gone afterwards',
  'tickets.untag': 'names what is gone afterwards',
  'tickets.unlink': 'names what is gone afterwards',
  'tickets.unmerge': 'names what is gone afterwards',
  'tickets.sync': 'many tickets at once, out of one text',
  'tickets.watch': 'names a ticket, and nothing else',
  'tickets.unwatch': 'names a ticket, and nothing else',
  'tasks.delete': 'names what is gone afterwards',
  'comments.delete': 'names what is gone afterwards',
  'sla.delete': 'names what is gone afterwards',
  'projects.fields.remove': 'names what is gone afterwards',
  'rules.delete': 'names what is gone afterwards',
  'rules.dryRun': 'writes nothing',
  'views.delete': 'names what is gone afterwards',
  'webhooks.delete': 'names what is gone afterwards',
  'webhooks.rotateSecret': 'makes a secret, which is told once',
  'webhooks.redeliver': 'names a delivery, and nothing else',
  'webhooks.incoming.delete': 'names what is gone afterwards',
  'webhooks.incoming.rotateSecret': 'makes a secret, which is told once',
  'messages.delete': 'names what is gone afterwards',
  'conversations.members.remove': 'names what is gone afterwards',
  'attachments.create': 'is shown once its bytes have come',
  'attachments.delete': 'names what is gone afterwards',
  'assignments.remove': 'names what is gone afterwards',
  'assignments.save': 'many spans at once, each written as assignments.assign does',
  'assignments.propose': 'a plan, which is not what was put in',
  'assignments.approve': 'many spans at once, each written as assignments.assign does',
  'assignments.reject': 'names many proposals, one reason for all',
  'assignments.reset': 'names what is withdrawn afterwards',
  'conversations.markRead': 'one reads up to a message, and goes back for nobody',
  'notifications.markRead': 'names what is told to somebody, and says nothing of it',
  'presence.set': 'is not kept',
  'validations.sessions.setStatus': 'what is said already is no step, and one that may not follow is refused',
  'validations.sessions.appendLog': 'many lines at once, numbered by the server',
  'validations.sessions.delete': 'names what is gone afterwards',
  'validations.sessions.share': 'a permission that null takes back',
  'validations.discrepancies.add': 'many at once; what is known already is only counted',
  'validations.discrepancies.open': 'many tickets at once, out of what is open',
  'validations.discrepancies.resolve': 'names many discrepancies, one reason for all',
  'validations.discrepancies.waive': 'names many discrepancies, one reason for all',
  'validations.behavioralTests.add': 'many at once',
};

/** What is given under one name and read under another. */
const renamed: Readonly<Record<string, string>> = {
  archived: 'isArchived',
  newAssigneeId: 'assigneeId',
  primary: 'isPrimary',
  intoId: 'mergedIntoId',
};
/** What is given and never told again. */
const untold = new Set(
  'idempotencyKey expectedVersion expectedVersions password commentId commentIds skillId departmentId messageId memberIds reapply'.split(
    ' ',
  ),
);
const unreadReasons = new Set(['tickets.move', 'tickets.bulkUpdate', 'tickets.merge']);
const ownIds = new Set(
  [
    'ticketId ticketIds viewId fieldId ruleId policyId webhookId incomingId deliveryId taskId userId developerId',
    'projectId assignmentId conversationId sessionId',
  ].flatMap((names) => names.split(' ')),
);

/** What reads back otherwise because the contract says so. */
const ruled: Readonly<Record<string, (given: unknown, back: unknown) => boolean>> = {
  'auth.apiKeys.create scopes': (given, back) =>
    isDeepStrictEqual(new Set(given as string[]), new Set(back as string[])),
  'developers.update skills': (given, back) => {
    const levels = (skills: unknown) =>
      new Map((skills as { skillId: string; level: number }[]).map(({ skillId, level }) => [skillId, level]));
    return isDeepStrictEqual(levels(given), levels(back));
  },
  // Those it had are there too, and the spelling that came first is everybody's.
  'tickets.tag tags': (given, back) =>
    (given as string[]).every((tag) => (back as string[]).map(tagKey).includes(tagKey(tag))),
  'assignments.assign primary': (given, back) => given === false && back === true,
};

/** Each field that was given and does not read back as it was accepted. JSON knows one zero. */
export function differences(procedure: string, accepted: Fields, back: Fields): string[] {
  const given: [string, unknown][] = Object.entries({ ...accepted, ...(accepted['patch'] as Fields | undefined) });
  return given.flatMap(([name, value]) => {
    const field = renamed[name] ?? name;
    if (name === 'patch' || value === undefined) return [];
    if (!(field in back)) {
      const isKnown = untold.has(name) || ownIds.has(name) || (name === 'reason' && unreadReasons.has(procedure));
      return isKnown ? [] : [`${name} cannot be read back`];
    }
    if (canonicalJson(value) === canonicalJson(back[field]) || ruled[`${procedure} ${name}`]?.(value, back[field]))
      return [];
    return [
      `${name}: ${JSON.stringify(value)?.slice(0, 200)} reads back as ${JSON.stringify(back[field])?.slice(0, 200)}`,
    ];
  });
}

const normalised: readonly ((given: string, kept: string) => boolean)[] = [
  (given, kept) => given.trim().normalize('NFC').toLowerCase() === kept,
  (given, kept) => given.normalize('NFC').trim() === kept,
  (given, kept) => /^\d{4}-/.test(given) && new Date(given).toISOString() === kept,
];

/**
 * Where the schema took something else than was given: only addresses and ids (`until` is one) are normalised (lower case), tags (trimmed, NFC), and moments (UTC).
 */
export function unlike(given: unknown, taken: unknown, field = ''): string[] {
  if (typeof given !== 'object' || given === null) {
    if (isDeepStrictEqual(given, taken) || given === taken) return [];
    const mayDiffer = /ids?$|^until$|people|email|expiresAt|outOfOffice|updatedAfter|requiredSkill|tag/i.test(field);
    const isSame = typeof given === 'string' && typeof taken === 'string' && normalised.some((of) => of(given, taken));
    return mayDiffer && isSame ? [] : [`${field}: ${JSON.stringify(given)} was taken as ${JSON.stringify(taken)}`];
  }
  return Object.entries(given).flatMap(([name, inner]) => {
    const kept = taken !== null && typeof taken === 'object' && Object.hasOwn(taken, name);
    return kept
      ? unlike(inner, (taken as Fields)[name], Array.isArray(given) ? field : name || field)
      : [`${name} was left out silently`];
  });
}
