import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditInput } from '../../contract/audit.js';
import { CreateCommentInput } from '../../contract/comment.js';
import { limits } from '../../contract/limits.js';
import type { TicketReply } from '../../contract/ticket.js';
import { adHoc } from '../../server/db/statement.js';
import { listAudit } from '../../server/features/admin/audit.queries.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { deleteMessage } from '../../server/features/messages/commands/deleteMessage.js';
import type { Actor } from '../../server/kernel/actor.js';
import { aChannel, aPrivateChannel, directly, say } from '../support/talk.js';
import { signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aTicket, parsed } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import { aFileWorld, someBytes, type FileWorld } from './attachments/fileWorld.js';

type Noun = 'comment' | 'message' | 'attachment';

describeEachDialect('what is deleted with a reason', (dialect) => {
  let world: FileWorld;
  let ticket: TicketReply;
  const tokens = new Map<Actor, string>();
  beforeAll(async () => {
    world = await aFileWorld(dialect);
    ticket = await aTicket(world, {}, world.customer);
    for (const person of [world.lead, world.customer]) tokens.set(person, (await signIn(world, person)).accessToken);
  });
  afterAll(() => world.close());

  async function ask(actor: Person, method: string, path: string, body?: object) {
    const json = body && { 'content-type': 'application/json' };
    const headers = { authorization: `Bearer ${tokens.get(actor)}`, ...json };
    const response = await fetch(world.http + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, text: await response.text() };
  }
  const making: Readonly<Record<Noun, () => Promise<{ id: string }>>> = {
    comment: () => {
      const input = parsed(CreateCommentInput, { ticketId: ticket.id, content: 'Words' });
      return createComment(world.deps, world.customer, input);
    },
    message: () => say(world, world.customer, { id: ticket.conversationId }),
    attachment: () => world.attach(world.customer, ticket, someBytes(20)),
  };
  const rowOf = async (noun: Noun, id: string) => {
    const sql = `SELECT deleted_by, delete_reason FROM ${noun}s WHERE id = $1`;
    return (await world.db.all(adHoc(sql), [id]))[0];
  };
  const told = async (entityId: string) =>
    (await listAudit(world.db, world.admin, AuditInput.parse({ entityId, action: 'DELETED' }))).items;
  const holds = async (table: string, words: string): Promise<boolean> =>
    JSON.stringify(await world.db.all(adHoc(`SELECT * FROM ${table}`), [])).includes(words);

  it.each<Noun>(['comment', 'message', 'attachment'])('keeps it with the %s and in the audit log', async (noun) => {
    const [byRest, byTrpc, without] = [await making[noun](), await making[noun](), await making[noun]()];

    const answers = [
      await ask(world.lead, 'DELETE', `/api/${noun}s/${byRest.id}?reason=Names%20a%20person`),
      await ask(world.lead, 'POST', `/trpc/${noun}s.delete`, { [`${noun}Id`]: byTrpc.id, reason: 'Spam' }),
      await ask(world.lead, 'DELETE', `/api/${noun}s/${without.id}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const deleted_by = world.lead.userId;
    expect(await rowOf(noun, byRest.id)).toEqual({ deleted_by, delete_reason: 'Names a person' });
    expect(await rowOf(noun, byTrpc.id)).toEqual({ deleted_by, delete_reason: 'Spam' });
    expect(await rowOf(noun, without.id)).toEqual({ deleted_by, delete_reason: null });
    expect(await told(byRest.id)).toMatchObject([{ actorId: deleted_by, after: { deleteReason: 'Names a person' } }]);
    expect(await told(without.id)).toMatchObject([{ actorId: deleted_by, after: null }]);
  });

  it.each<Noun>(['comment', 'message', 'attachment'])('tells it to nobody who saw the %s', async (noun) => {
    const { id } = await making[noun]();
    const reason = `Hush about this ${noun}`;

    const reply = await ask(world.lead, 'DELETE', `/api/${noun}s/${id}?reason=${encodeURIComponent(reason)}`);
    const lists = ['comments', 'timeline', 'history', 'attachments'].map((list) => `/api/tickets/${ticket.id}/${list}`);
    lists.push(`/api/conversations/${ticket.conversationId}/messages`);
    const reads = [world.lead, world.customer].flatMap((person) => lists.map((path) => ask(person, 'GET', path)));

    expect((await rowOf(noun, id))?.['delete_reason' as never]).toBe(reason);
    for (const { status, text } of [reply, ...(await Promise.all(reads))]) {
      expect(status).toBe(200);
      expect(text).not.toContain(reason);
    }
    expect([await holds('events', reason), await holds('feed_events', reason)]).toEqual([false, false]);
  });

  it('takes what was attached to a comment along, for the same reason', async () => {
    const comment = await making.comment();
    const file = await world.attach(world.customer, ticket, someBytes(20), { commentId: comment.id });

    await ask(world.lead, 'DELETE', `/api/comments/${comment.id}?reason=Together`);

    const gone = { deleted_by: world.lead.userId, delete_reason: 'Together' };
    expect(await rowOf('attachment', file.id)).toEqual(gone);
  });

  it('says why in the audit log of a channel, but not of what is private', async () => {
    const { deps, lead, ann, bob } = world;
    const channel = await aChannel(world);
    const hidden = [await aPrivateChannel(world, [lead]), await directly(world, ann, bob)];
    const [open, ...secret] = await Promise.all([channel, ...hidden].map((talk) => say(world, ann, talk)));
    for (const { id: messageId } of [open!, ...secret])
      await deleteMessage(deps, ann, { messageId, reason: `Why of ${messageId}` });

    const lines = await Promise.all([open!, ...secret].map(({ id }) => told(id)));
    expect(lines.map(([line]) => line?.after)).toEqual([{ deleteReason: `Why of ${open!.id}` }, null, null]);
    for (const { id } of secret) {
      expect(await rowOf('message', id)).toMatchObject({ delete_reason: `Why of ${id}` });
      expect(await holds('audit_log', `Why of ${id}`)).toBe(false);
    }
  });

  it.each<Noun>(['comment', 'message', 'attachment'])(
    'is refused one that says nothing or too much, of %ss too',
    async (noun) => {
      const { id } = await making[noun]();
      const remove = (reason: string) =>
        ask(world.lead, 'POST', `/trpc/${noun}s.delete`, { [`${noun}Id`]: id, reason });

      const refused = await Promise.all(['', 'x'.repeat(limits.reasonLength + 1)].map(remove));

      expect(refused.map(({ status }) => status)).toEqual([400, 400]);
      expect(await rowOf(noun, id)).toEqual({ deleted_by: null, delete_reason: null });
      expect((await remove('x'.repeat(limits.reasonLength))).status).toBe(200);
    },
  );
});
