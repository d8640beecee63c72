import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateCommentInput } from '../../../contract/comment.js';
import { CreateConversationInput } from '../../../contract/conversation.js';
import { adHoc } from '../../../server/db/statement.js';
import { createAttachment } from '../../../server/features/attachments/commands/createAttachment.js';
import { expectFile, receiveFile } from '../../../server/features/attachments/receiveFile.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { createConversation } from '../../../server/features/conversations/commands/createConversation.js';
import { postMessage } from '../../../server/features/messages/commands/postMessage.js';
import { anAgent } from '../../support/people.js';
import { parsed } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';
import type { Making } from './making.js';
import type { PeopleThere } from './people.js';
import type { TicketsThere } from './tickets.js';

export interface CommentsThere {
  readonly comment: () => Promise<string>;
  readonly internalComment: () => Promise<string>;
  readonly attachment: () => Promise<string>;
  readonly internalAttachment: () => Promise<string>;
}

export function commentsIn({ app, word, one }: Making, { ticket }: TicketsThere): CommentsThere {
  const { deps, admin, db } = app;
  const say = async (visibility: 'PUBLIC' | 'INTERNAL') => {
    const input = { ticketId: await ticket(), content: word ?? 'Words', visibility };
    return (await createComment(deps, admin, parsed(CreateCommentInput, input))).id;
  };
  const attach = async (to: { ticketId: string; commentId?: string }) => {
    const bytes = Buffer.from(word ?? 'Bytes');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const input = { ...to, filename: word ?? 'A file', size: bytes.length, sha256 };
    const { attachment } = await createAttachment(deps, admin, input);
    const expected = await expectFile(deps, admin, attachment.id);
    return (await receiveFile(deps, admin, expected, Readable.from([bytes]))).id;
  };
  const internalComment = () => one('internalComment', () => say('INTERNAL'));
  return {
    comment: () => one('comment', () => say('PUBLIC')),
    internalComment,
    attachment: () => one('attachment', async () => attach({ ticketId: await ticket() })),
    internalAttachment: () =>
      one('internalAttachment', async () => {
        const commentId = await internalComment();
        const find = adHoc('SELECT ticket_id FROM comments WHERE id = $1');
        const [row] = await db.all<{ ticket_id: string }>(find, [commentId]);
        return attach({ ticketId: row!.ticket_id, commentId });
      }),
  };
}

export interface ConversationsThere {
  readonly channel: () => Promise<string>;
  /** Of the staff that was there when it was made. */
  readonly privateChannel: () => Promise<string>;
  /** Among two of the staff. */
  readonly direct: () => Promise<string>;
  /** In a channel, and its conversation is {@link channel}. */
  readonly message: () => Promise<string>;
  readonly privateMessage: () => Promise<string>;
  readonly ticketMessage: () => Promise<string>;
}

export function conversationsIn(
  { app, project, team, word, one }: Making,
  { holder }: PeopleThere,
  { conversation }: TicketsThere,
): ConversationsThere {
  const { deps, admin } = app;
  const aChannel = async (isPrivate: boolean, others: readonly Person[]) => {
    const memberIds = others.map(({ userId }) => userId);
    const input = { kind: 'CHANNEL', projectId: project.id, name: word ?? 'A channel', isPrivate, memberIds } as const;
    return (await createConversation(deps, admin, parsed(CreateConversationInput, input))).id;
  };
  const post = async (conversationId: string) =>
    (await postMessage(deps, admin, { conversationId, content: word ?? 'Words' })).id;
  const channel = () => one('channel', () => aChannel(false, []));
  const privateChannel = () => one('privateChannel', () => aChannel(true, team.members ?? []));
  const someone = () => one('someone', () => anAgent(app));
  return {
    channel,
    privateChannel,
    direct: () =>
      one('direct', async () => {
        const input = { kind: 'DIRECT' as const, memberIds: [await holder()] };
        return (await createConversation(deps, await someone(), parsed(CreateConversationInput, input))).id;
      }),
    message: () => one('message', async () => post(await channel())),
    privateMessage: () => one('privateMessage', async () => post(await privateChannel())),
    ticketMessage: () => one('ticketMessage', async () => post(await conversation())),
  };
}
