import { parse } from 'content-disposition';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListAttachmentsInput } from '../../../contract/attachment.js';
import { CreateCommentInput } from '../../../contract/comment.js';
import { getAttachment, listAttachments } from '../../../server/features/attachments/attachments.queries.js';
import { createAttachment } from '../../../server/features/attachments/commands/createAttachment.js';
import { deleteAttachment } from '../../../server/features/attachments/commands/deleteAttachment.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../../server/features/comments/commands/updateComment.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { eventsOf, parsed, refusal, rows } from '../../support/ticketWorld.js';
import { aFileWorld, ask, codeOf, HOURS, put, refusedWith, someBytes, type FileWorld } from './fileWorld.js';

describeEachDialect('attachments', (dialect) => {
  let world: FileWorld;
  beforeAll(async () => {
    world = await aFileWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const say = (actor: Actor, ticket: { id: string }, visibility: 'PUBLIC' | 'INTERNAL' = 'PUBLIC') =>
    createComment(
      world.deps,
      actor,
      parsed(CreateCommentInput, { ticketId: ticket.id, content: 'See this', visibility }),
    );
  const list = async (actor: Actor, ticket: { id: string }) =>
    (await listAttachments(world.db, actor, parsed(ListAttachmentsInput, { ticketId: ticket.id }))).items;
  const idsOf = async (actor: Actor, ticket: { id: string }) => (await list(actor, ticket)).map(({ id }) => id);
  const attachmentEvents = async (ticket: { id: string }) =>
    (await eventsOf(world, ticket)).filter(({ type }) => type.startsWith('attachment.'));
  const remove = (actor: Actor, attachmentId: string) => deleteAttachment(world.deps, actor, { attachmentId });
  const get = (actor: Actor, attachmentId: string) => getAttachment(world.deps, actor, attachmentId);
  const roomTaken = async (projectId: string) => {
    const [row] = await rows<{ bytes: number }>(
      world,
      'SELECT bytes FROM project_storage WHERE project_id = $1',
      projectId,
    );
    return row?.bytes ?? 0;
  };

  it('are told of once their bytes have come, and then come back as they were', async () => {
    const ticket = await world.ticket();
    const bytes = Buffer.from('Ünïcode text');
    const { attachment, uploadUrl } = await world.announce(world.customer, ticket, bytes, { filename: 'note.txt' });
    expect([await list(world.ann, ticket), await attachmentEvents(ticket)]).toEqual([[], []]);
    await refusal(world, 'NOT_FOUND', () => get(world.customer, attachment.id));

    const sent = await put(world.http + uploadUrl, bytes);
    const got = await world.download(world.ann, attachment.id);

    const told = { id: attachment.id, filename: 'note.txt', contentType: 'text/plain; charset=utf-8', state: 'READY' };
    expect(sent.status).toBe(201);
    expect(JSON.parse(sent.body.toString())).toMatchObject(told);
    expect(await list(world.ann, ticket)).toMatchObject([told]);
    expect(await attachmentEvents(ticket)).toMatchObject([
      {
        type: 'attachment.added',
        audience: 'REPORTER',
        reporterId: world.customer.userId,
        payload: { attachment: told },
      },
    ]);
    expect([got.status, got.body]).toEqual([200, bytes]);
    expect(got.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(bytes.length),
      'content-disposition': 'attachment; filename=note.txt',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  it('come once: a second sending is refused, and so is one of two at the same time', async () => {
    const ticket = await world.ticket();
    const bytes = someBytes(200_000);
    const { uploadUrl } = await world.announce(world.ann, ticket, bytes);

    const both = await Promise.all([put(world.http + uploadUrl, bytes), put(world.http + uploadUrl, bytes)]);
    const late = await put(world.http + uploadUrl, bytes);

    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(refusedWith(late)).toEqual([409, 'CONFLICT']);
    expect(await attachmentEvents(ticket)).toHaveLength(1);
  });

  it('are announced once under a key, with a new address each time', async () => {
    const ticket = await world.ticket();
    const bytes = someBytes(10);
    const more = { idempotencyKey: newId() };
    const first = await world.announce(world.ann, ticket, bytes, more);
    const again = await world.announce(world.ann, ticket, bytes, more);

    expect(again.attachment).toEqual(first.attachment);
    expect((await put(world.http + again.uploadUrl, bytes)).status).toBe(201);
    const kept = await rows<{ reply: unknown }>(
      world,
      'SELECT reply FROM idempotency_keys WHERE key = $1',
      more.idempotencyKey,
    );
    expect(JSON.stringify(kept)).not.toContain('token');
  });

  describe('of a comment', () => {
    it('are as public as it is, and so is what was told of them', async () => {
      const ticket = await world.ticket();
      const hidden = await say(world.ann, ticket, 'INTERNAL');
      const { id } = await world.attach(world.ann, ticket, someBytes(10), { commentId: hidden.id });

      expect(await attachmentEvents(ticket)).toMatchObject([{ type: 'attachment.added', audience: 'TEAM' }]);
      expect([await idsOf(world.bob, ticket), await idsOf(world.customer, ticket)]).toEqual([[id], []]);
      await refusal(world, 'NOT_FOUND', () => get(world.customer, id));
      await refusal(world, 'NOT_FOUND', () => remove(world.customer, id));
    });

    it('are gone for the customer when it is made internal, also from replays and by an address from before', async () => {
      const ticket = await world.ticket();
      const open = await say(world.ann, ticket);
      const { id } = await world.attach(world.ann, ticket, someBytes(10), { commentId: open.id });
      const { downloadUrl } = await get(world.customer, id);
      expect(await attachmentEvents(ticket)).toMatchObject([{ audience: 'REPORTER' }]);

      await updateComment(world.deps, world.ann, { commentId: open.id, patch: { visibility: 'INTERNAL' } });

      expect(await attachmentEvents(ticket)).toMatchObject([{ audience: 'TEAM' }]);
      expect(await idsOf(world.customer, ticket)).toEqual([]);
      expect(refusedWith(await ask(world.http + downloadUrl))).toEqual([404, 'NOT_FOUND']);
    });

    it('go with it', async () => {
      const ticket = await world.ticket();
      const comment = await say(world.ann, ticket);
      await world.sweep(2 * HOURS);
      const taken = await roomTaken(world.project.id);
      const { id } = await world.attach(world.ann, ticket, someBytes(10), { commentId: comment.id });
      const files = (await world.stored()).length;
      const pending = await world.announce(world.ann, ticket, someBytes(20), { commentId: comment.id });
      await deleteComment(world.deps, world.ann, { commentId: comment.id });

      expect(await idsOf(world.lead, ticket)).toEqual([]);
      await refusal(world, 'NOT_FOUND', () => get(world.lead, id));
      expect(refusedWith(await put(world.http + pending.uploadUrl, someBytes(20)))).toEqual([404, 'NOT_FOUND']);
      expect(await world.sweep(2 * HOURS)).toEqual({ abandoned: 1, released: 1, orphans: 0 });
      expect(await world.stored()).toHaveLength(files - 1);
      expect(await roomTaken(world.project.id)).toBe(taken);
    });

    it('are attached by its author or a lead, and only where it stands', async () => {
      const ticket = await world.ticket();
      const [theirs, hidden] = [await say(world.ann, ticket), await say(world.ann, ticket, 'INTERNAL')];
      const elsewhere = await say(world.ann, await world.ticket());
      const attach = (actor: Actor, commentId: string) => () =>
        world.announce(actor, ticket, someBytes(5), { commentId });

      await refusal(world, 'FORBIDDEN', attach(world.bob, theirs.id));
      await refusal(world, 'FORBIDDEN', attach(world.customer, theirs.id));
      const unknown = await refusal(world, 'BAD_INPUT', attach(world.ann, newId()));
      expect(await refusal(world, 'BAD_INPUT', attach(world.ann, elsewhere.id))).toEqual(unknown);
      expect(await refusal(world, 'BAD_INPUT', attach(world.customer, hidden.id))).toEqual(unknown);
      expect((await attach(world.lead, theirs.id)()).attachment.commentId).toBe(theirs.id);
    });
  });

  it('are removed by who sent them or a lead, with who it was', async () => {
    const ticket = await world.ticket();
    const { id } = await world.attach(world.ann, ticket, someBytes(10));
    await refusal(world, 'FORBIDDEN', () => remove(world.bob, id));
    await refusal(world, 'FORBIDDEN', () => remove(world.customer, id));
    await refusal(world, 'NOT_FOUND', () => remove(world.otherCustomer, id));

    const gone = await remove(world.lead, id);

    expect(gone).toMatchObject({ id, deletedAt: expect.any(String) });
    expect(await attachmentEvents(ticket)).toMatchObject([
      { type: 'attachment.added' },
      { seq: gone.seq, type: 'attachment.removed', actorId: world.lead.userId },
    ]);
    expect(await list(world.ann, ticket)).toEqual([]);
    await refusal(world, 'NOT_FOUND', () => remove(world.lead, id));
    await refusal(world, 'NOT_FOUND', () => get(world.ann, id));
  });

  it('are refused where the ticket is foreign or deleted', async () => {
    const ticket = await world.ticket();
    const { id } = await world.attach(world.customer, ticket, someBytes(10));
    const { downloadUrl } = await get(world.ann, id);
    const { uploadUrl } = await world.announce(world.ann, ticket, Buffer.from('x'));
    const missing = await refusal(world, 'NOT_FOUND', () => world.announce(world.ann, { id: newId() }, someBytes(1)));
    expect(await refusal(world, 'NOT_FOUND', () => world.announce(world.otherCustomer, ticket, someBytes(1)))).toEqual(
      missing,
    );
    expect(await refusal(world, 'NOT_FOUND', () => list(world.otherCustomer, ticket))).toEqual(missing);
    await refusal(world, 'NOT_FOUND', () => get(world.otherCustomer, id));

    await deleteTicket(world.deps, world.lead, { ticketId: ticket.id });

    await refusal(world, 'NOT_FOUND', () => list(world.ann, ticket));
    await refusal(world, 'NOT_FOUND', () => get(world.ann, id));
    expect((await ask(world.http + downloadUrl)).status).toBe(404);
    expect((await put(world.http + uploadUrl, Buffer.from('x'))).status).toBe(404);
  });

  it('take their room along when the ticket moves', async () => {
    const ticket = await world.ticket();
    await world.attach(world.ann, ticket, someBytes(1_000));
    await world.announce(world.ann, ticket, someBytes(500));
    const before = await roomTaken(world.project.id);
    await moveTicket(world.deps, world.admin, { ticketId: ticket.id, projectId: world.foreign.id });

    expect(await roomTaken(world.foreign.id)).toBe(1_500);
    expect(await roomTaken(world.project.id)).toBe(before - 1_500);
  });

  describe('by a name', () => {
    const harmless = [
      'a'.repeat(255),
      '"quoted" & 100%.txt',
      'naïve 文件 👩‍👩‍👧.pdf',
      "it's; filename=x.exe",
      'con',
      ' .hidden',
      '%2e%2e%2f',
      '=1+1',
    ];
    it.each(harmless)('that people give come back under it: %s', async (filename) => {
      const ticket = await world.ticket();
      const { id } = await world.attach(world.ann, ticket, Buffer.from(filename), { filename });
      const { headers, status } = await world.download(world.ann, id);

      expect([status, (await list(world.ann, ticket))[0]?.filename]).toEqual([200, filename]);
      const disposition = String(headers['content-disposition']);
      expect(disposition).toMatch(/^attachment; filename[\x20-\x7e]*$/);
      expect(parse(disposition).parameters['filename']).toBe(filename);
    });

    const hostile = [
      '../../etc/passwd',
      '..\\..\\boot.ini',
      '..',
      '.',
      'a/b',
      'x\r\nSet-Cookie: a=b',
      'nul\0',
      'tab\t',
      'gpj.\u202eexe',
      '\u2066x',
      '',
      '   ',
      '\u200b',
      'x'.repeat(256),
      '\ud800.txt',
      '\u007f',
    ];
    it.each(hostile)('that no file has are refused, and nothing is written: %j', async (filename) => {
      const ticket = await world.ticket();

      await expect((async () => world.announce(world.ann, ticket, someBytes(1), { filename }))()).rejects.toMatchObject(
        {
          name: 'ZodError',
        },
      );
    });
  });

  it('are sent and fetched by addresses for one thing, one person and ten minutes', async () => {
    const ticket = await world.ticket();
    const bytes = someBytes(30);
    const [one, two] = [await world.announce(world.ann, ticket, bytes), await world.announce(world.ann, ticket, bytes)];
    const tokenOf = (url: string) => url.split('token=')[1];
    const swapped = `${one.uploadUrl.split('?')[0]}?token=${tokenOf(two.uploadUrl)}`;
    const { id } = await world.attach(world.ann, ticket, bytes);
    const { downloadUrl } = await get(world.ann, id);
    const none = downloadUrl.split('?')[0]!;

    const forged = [swapped, none, `${none}?token=`, `${none}?token=${tokenOf(one.uploadUrl)}`, `${downloadUrl}x`];
    for (const path of forged) {
      const answers = [await put(world.http + path, bytes), await ask(world.http + path)];
      for (const answer of answers) expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await put(world.http + downloadUrl, bytes)).status).toBe(403);
    const later = { ...world.deps, clock: { now: () => new Date(Date.now() - 11 * 60_000) } };
    const input = { ticketId: ticket.id, filename: 'x', size: 1, sha256: 'a'.repeat(64) };
    const expired = await createAttachment(later, world.ann, input);
    expect(codeOf(await put(world.http + expired.uploadUrl, Buffer.from('x')))).toBe('FORBIDDEN');
  });
});
