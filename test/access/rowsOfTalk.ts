import { adHoc } from '../../server/db/statement.js';
import { newId } from '../../server/kernel/ids.js';
import type { Place } from './places.js';
import {
  amongStaff,
  line,
  projectRead,
  projectWork,
  signedIn,
  ticketEdit,
  ticketLead,
  ticketRead,
  ticketWork,
  unique,
  type About,
  type Outcomes,
  type Row,
} from './outcomes.js';

const channelRead: Outcomes = { own: '+++? ??? +!', other: '+??+ ??? ?!', missing: '???? ??? ?!' };
const channelWrite: Outcomes = { own: '+++? ??? x!', other: '+??+ ??? x!', missing: '???? ??? x!' };
/** Made by `admin` for itself and the members: `lead` is none. */
const privateRead: Outcomes = { own: '+?+? ??? +!', other: '+??+ ??? ?!', missing: '???? ??? ?!' };
const privateWrite: Outcomes = { own: '+?+? ??? x!', other: '+??+ ??? x!', missing: '???? ??? x!' };
const privateLead: Outcomes = { own: '+?x? ??? x!', other: '+??x ??? x!', missing: '???? ??? x!' };
/** Somebody else and `member` talk, or `outsider`. */
const directRead: Outcomes = { own: '??+? ??? +!', other: '???+ ??? ?!', missing: '???? ??? ?!' };
const directWrite: Outcomes = { own: '??+? ??? x!', other: '???+ ??? x!', missing: '???? ??? x!' };

/** A message, and the conversation that it is in. */
const markOf =
  (message: (at: Place) => Promise<string>) =>
  async ({ app, at }: About) => {
    const until = await message(at);
    const find = adHoc('SELECT conversation_id AS id FROM messages WHERE id = $1');
    const [row] = await app.db.all<{ id: string }>(find, [until]);
    return { conversationId: row?.id ?? newId(), until };
  };

/** Of comments, conversations and messages, as `matrix` has them. */
export const rowsOfTalk: Readonly<Record<string, Row>> = {
  'comments.list': line(ticketRead, async ({ at }) => ({ ticketId: await at.ticket() })),
  'comments.create': line(ticketEdit, async ({ at }) => ({ ticketId: await at.ticket(), content: 'Words' })),
  'comments.create (internal)': line(ticketWork, async ({ at }) => ({
    ticketId: await at.ticket(),
    content: 'Words',
    visibility: 'INTERNAL',
  })),
  'comments.update': line(ticketLead, async ({ at }) => ({
    commentId: await at.comment(),
    patch: { content: unique('Words') },
  })),
  'comments.update (internal)': line(amongStaff, async ({ at }) => ({
    commentId: await at.internalComment(),
    patch: { content: unique('Words') },
  })),
  'comments.delete': line(ticketLead, async ({ at }) => ({ commentId: await at.comment() })),
  'comments.delete (internal)': line(amongStaff, async ({ at }) => ({ commentId: await at.internalComment() })),

  'conversations.list': line(signedIn),
  'conversations.list (of a project)': line(projectRead, async ({ at }) => ({ projectId: await at.project() })),
  'conversations.get': line(channelRead, async ({ at }) => ({ conversationId: await at.channel() })),
  'conversations.get (of a ticket)': line(ticketRead, async ({ at }) => ({ conversationId: await at.conversation() })),
  'conversations.get (private)': line(privateRead, async ({ at }) => ({ conversationId: await at.privateChannel() })),
  'conversations.get (direct)': line(directRead, async ({ at }) => ({ conversationId: await at.direct() })),
  'conversations.create': line(projectWork, async ({ at }) => ({
    kind: 'CHANNEL',
    projectId: await at.project(),
    name: 'New',
    memberIds: [await at.newcomer()],
  })),
  'conversations.create (direct)': line(
    { own: '++++ ++? x!', other: '++++ ??+ x!', missing: '???? ??? x!' },
    async ({ at }) => ({ kind: 'DIRECT', memberIds: [await at.newcomer()] }),
  ),
  'conversations.update': line(amongStaff, async ({ at }) => ({
    conversationId: await at.channel(),
    patch: { description: unique('Words') },
  })),
  'conversations.update (private)': line(privateLead, async ({ at }) => ({
    conversationId: await at.privateChannel(),
    patch: { description: unique('Words') },
  })),
  'conversations.archive': line(amongStaff, async ({ at }) => ({ conversationId: await at.channel() })),
  'conversations.markRead': line(
    channelWrite,
    markOf((at) => at.message()),
  ),
  'conversations.markRead (of a ticket)': line(
    ticketEdit,
    markOf((at) => at.ticketMessage()),
  ),
  'conversations.markRead (private)': line(
    privateWrite,
    markOf((at) => at.privateMessage()),
  ),
  'conversations.members.list': line(channelRead, async ({ at }) => ({ conversationId: await at.channel() })),
  'conversations.members.list (private)': line(privateRead, async ({ at }) => ({
    conversationId: await at.privateChannel(),
  })),
  'conversations.members.add': line(channelWrite, async ({ at }) => ({
    conversationId: await at.channel(),
    userId: await at.newcomer(),
  })),
  'conversations.members.add (private)': line(privateWrite, async ({ at }) => ({
    conversationId: await at.privateChannel(),
    userId: await at.newcomer(),
  })),
  'conversations.members.remove': line(amongStaff, async ({ app, at }) => ({
    conversationId: await at.channel(),
    userId: app.admin.userId,
  })),
  'messages.list': line(channelRead, async ({ at }) => ({ conversationId: await at.channel() })),
  'messages.list (of a ticket)': line(ticketRead, async ({ at }) => ({ conversationId: await at.conversation() })),
  'messages.list (private)': line(privateRead, async ({ at }) => ({ conversationId: await at.privateChannel() })),
  'messages.list (direct)': line(directRead, async ({ at }) => ({ conversationId: await at.direct() })),
  'messages.thread': line(channelRead, async ({ at }) => ({ messageId: await at.message() })),
  'messages.thread (of a ticket)': line(ticketRead, async ({ at }) => ({ messageId: await at.ticketMessage() })),
  'messages.thread (private)': line(privateRead, async ({ at }) => ({ messageId: await at.privateMessage() })),
  'messages.post': line(channelWrite, async ({ at }) => ({ conversationId: await at.channel(), content: 'Words' })),
  'messages.post (at a ticket)': line(ticketEdit, async ({ at }) => ({
    conversationId: await at.conversation(),
    content: 'Words',
  })),
  'messages.post (private)': line(privateWrite, async ({ at }) => ({
    conversationId: await at.privateChannel(),
    content: 'Words',
  })),
  'messages.post (direct)': line(directWrite, async ({ at }) => ({
    conversationId: await at.direct(),
    content: 'Words',
  })),
  'messages.edit': line({ own: '+xx? ??? x!', other: '+??x ??? x!', missing: '???? ??? x!' }, async ({ at }) => ({
    messageId: await at.message(),
    content: unique('Words'),
  })),
  'messages.edit (at a ticket)': line(
    { own: '+xx? x?? x!', other: '+??x ??x x!', missing: '???? ??? x!' },
    async ({ at }) => ({ messageId: await at.ticketMessage(), content: unique('Words') }),
  ),
  'messages.delete': line(amongStaff, async ({ at }) => ({ messageId: await at.message() })),
  'messages.delete (at a ticket)': line(ticketLead, async ({ at }) => ({ messageId: await at.ticketMessage() })),
  'messages.delete (private)': line(privateLead, async ({ at }) => ({ messageId: await at.privateMessage() })),

  'presence.set (in a conversation)': line(privateWrite, async ({ at }) => ({
    conversationId: await at.privateChannel(),
    typing: true,
  })),
  'live.conversation': line(channelRead, async ({ at }) => ({ conversationId: await at.channel() })),
  'live.conversation (of a ticket)': line(ticketRead, async ({ at }) => ({ conversationId: await at.conversation() })),
  'live.conversation (private)': line(privateRead, async ({ at }) => ({ conversationId: await at.privateChannel() })),
  'live.conversation (direct)': line(directRead, async ({ at }) => ({ conversationId: await at.direct() })),
};
