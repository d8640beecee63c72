import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditEntry, AuditInput } from '../../../contract/audit.js';
import { CreateCustomFieldInput } from '../../../contract/customField.js';
import { CreateSlaPolicyInput } from '../../../contract/sla.js';
import { CreateViewInput } from '../../../contract/view.js';
import { adHoc } from '../../../server/db/statement.js';
import { listAudit } from '../../../server/features/admin/audit.queries.js';
import { deleteAttachment } from '../../../server/features/attachments/commands/deleteAttachment.js';
import { archiveConversation } from '../../../server/features/conversations/commands/archiveConversation.js';
import { addConversationMember } from '../../../server/features/conversations/commands/addConversationMember.js';
import { removeConversationMember } from '../../../server/features/conversations/commands/removeConversationMember.js';
import { updateConversation } from '../../../server/features/conversations/commands/updateConversation.js';
import { createCustomField } from '../../../server/features/customFields/commands/createCustomField.js';
import { removeCustomField } from '../../../server/features/customFields/commands/removeCustomField.js';
import { updateCustomField } from '../../../server/features/customFields/commands/updateCustomField.js';
import { deleteMessage } from '../../../server/features/messages/commands/deleteMessage.js';
import { editMessage } from '../../../server/features/messages/commands/editMessage.js';
import { createSlaPolicy } from '../../../server/features/sla/commands/createSlaPolicy.js';
import { deleteSlaPolicy } from '../../../server/features/sla/commands/deleteSlaPolicy.js';
import { updateSlaPolicy } from '../../../server/features/sla/commands/updateSlaPolicy.js';
import { createView } from '../../../server/features/views/commands/createView.js';
import { deleteView } from '../../../server/features/views/commands/deleteView.js';
import { updateView } from '../../../server/features/views/commands/updateView.js';
import { describeEachDialect } from '../../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../../support/talk.js';
import { parsed } from '../../support/ticketWorld.js';
import { aFileWorld, someBytes, type FileWorld } from '../attachments/fileWorld.js';

describeEachDialect('the audit log of what people make', (dialect) => {
  let world: FileWorld;
  beforeAll(async () => {
    world = await aFileWorld(dialect);
  });
  afterAll(() => world.close());

  /** Oldest first, as an administrator is shown it. */
  const told = async (filter: object): Promise<AuditEntry[]> =>
    (await listAudit(world.db, world.admin, AuditInput.parse({ ...filter, limit: 200 }))).items
      .map((line) => AuditEntry.parse(line))
      .toReversed();
  const holds = async (words: string): Promise<boolean> =>
    JSON.stringify(await world.db.all(adHoc('SELECT * FROM audit_log'), [])).includes(words);

  it('tells what a shared view asked for and asks for, and of one’s own only that there is one', async () => {
    const { deps, ann, project } = world;
    const filter = { status: ['OPEN' as const], customFields: { city: 'Bern' } };
    const draft = parsed(CreateViewInput, { projectId: project.id, name: 'My secret list', filter });
    const { id: viewId } = await createView(deps, ann, draft);
    await updateView(deps, ann, { viewId, patch: { filter: { text: 'secret' } } });
    expect(await told({ entityId: viewId })).toMatchObject([
      { projectId: project.id, action: 'CREATED', before: null, after: { ownerId: ann.userId, shared: false } },
      { projectId: project.id, action: 'UPDATED', before: null, after: null },
    ]);
    expect(await holds('secret')).toBe(false);

    await updateView(deps, ann, { viewId, patch: { name: 'Ours', filter, shared: true } });
    await updateView(deps, world.lead, { viewId, patch: { filter: {} } });
    await deleteView(deps, ann, { viewId });

    const [, , shared, changed, gone] = await told({ entityId: viewId });
    expect(shared).toMatchObject({ before: { shared: false }, after: { shared: true, name: 'Ours', filter } });
    expect(changed).toMatchObject({ actorId: world.lead.userId, before: { filter }, after: { filter: {} } });
    expect(Object.keys(changed?.after ?? {})).toEqual(['filter']);
    expect(gone).toMatchObject({ action: 'DELETED', before: { name: 'Ours', sort: draft.sort }, after: null });
  });

  it('tells how the custom fields of a project came, changed and went', async () => {
    const { deps, lead, project } = world;
    const draft = { projectId: project.id, key: 'city', kind: 'SELECT' as const, label: 'City', options: ['Bern'] };
    const { id: fieldId } = await createCustomField(deps, lead, parsed(CreateCustomFieldInput, draft));
    await updateCustomField(deps, lead, { fieldId, patch: { options: ['Bern', 'Basel'], label: 'City' } });
    await updateCustomField(deps, lead, { fieldId, patch: { label: 'City' } });
    await removeCustomField(deps, lead, { fieldId });

    const { projectId, ...shown } = draft;
    const common = { entity: 'CUSTOM_FIELD', projectId };
    expect(await told({ entityId: fieldId })).toMatchObject([
      { ...common, action: 'CREATED', after: shown },
      { ...common, action: 'UPDATED', before: { options: ['Bern'] }, after: { options: ['Bern', 'Basel'] } },
      { ...common, action: 'DELETED', before: { key: 'city', options: ['Bern', 'Basel'] } },
    ]);
  });

  it('tells what was promised for the tickets of a project, and what is', async () => {
    const { deps, lead, project } = world;
    const promise = { firstResponseMinutes: 60, calendar: { timeZone: 'UTC' } };
    const draft = { projectId: project.id, name: 'Fast', priorities: ['URGENT' as const], ...promise };
    const { id: policyId } = await createSlaPolicy(deps, lead, parsed(CreateSlaPolicyInput, draft));
    await updateSlaPolicy(deps, lead, { policyId, patch: { firstResponseMinutes: 30, name: 'Fast' }, reapply: false });
    await deleteSlaPolicy(deps, lead, { policyId, reapply: false });

    const common = { entity: 'SLA_POLICY', projectId: project.id };
    const [made, changed, gone] = await told({ entityId: policyId });
    expect(made).toMatchObject({ ...common, action: 'CREATED', after: { name: 'Fast', priorities: ['URGENT'] } });
    expect(changed).toMatchObject({ action: 'UPDATED', before: { firstResponseMinutes: 60 } });
    expect(changed?.after).toEqual({ firstResponseMinutes: 30 });
    expect(gone).toMatchObject({ ...common, action: 'DELETED', before: { name: 'Fast', firstResponseMinutes: 30 } });
  });

  it('tells what becomes of a channel and who is in it, and of a private one not what it is called', async () => {
    const { deps, lead, ann, bob } = world;
    const open = await aChannel(world, { name: 'Lobby', memberIds: [ann.userId] }, lead);
    const hidden = await aPrivateChannel(world, [ann], { name: 'Hushed' }, lead);
    for (const { id: conversationId } of [open, hidden]) {
      await addConversationMember(deps, lead, { conversationId, userId: bob.userId });
      await addConversationMember(deps, lead, { conversationId, userId: bob.userId });
      await updateConversation(deps, lead, { conversationId, patch: { description: 'Hush, hush' } });
      await archiveConversation(deps, lead, { conversationId, archived: true });
      await archiveConversation(deps, lead, { conversationId, archived: false });
      await removeConversationMember(deps, lead, { conversationId, userId: ann.userId });
    }

    const [made, ...later] = await told({ entityId: open.id });
    expect(made).toMatchObject({ projectId: world.project.id, after: { kind: 'CHANNEL', name: 'Lobby' } });
    expect(later).toMatchObject([
      { action: 'UPDATED', before: { description: '' }, after: { description: 'Hush, hush' } },
      { action: 'ARCHIVED', before: { archivedAt: null }, after: { archivedAt: expect.any(String) } },
      { action: 'UNARCHIVED', after: { archivedAt: null } },
    ]);
    const deeds = ['CREATED', 'UPDATED', 'ARCHIVED', 'UNARCHIVED'];
    expect((await told({ entityId: hidden.id })).map(({ action }) => action)).toEqual(deeds);
    expect(JSON.stringify(await told({ entityId: hidden.id }))).not.toMatch(/hush/i);
    const inHidden = ({ before, after }: AuditEntry) => (before ?? after)?.['conversationId'] === hidden.id;
    const members = (await told({ entity: 'CONVERSATION_MEMBER' })).filter(inHidden);
    expect(members.map(({ entityId, action }) => `${action} ${entityId}`)).toEqual([
      ...[lead, ann, bob].map(({ userId }) => `CREATED ${userId}`),
      `DELETED ${ann.userId}`,
    ]);
  });

  it('tells that a message was edited or deleted, never what it said, nor with whom somebody talks', async () => {
    const { deps, ann, bob } = world;
    const talk = await directly(world, ann, bob);
    await directly(world, bob, ann);
    const { id: messageId } = await say(world, ann, talk, 'Under the rose');
    await editMessage(deps, ann, { messageId, content: 'Under the roses' });
    await editMessage(deps, ann, { messageId, content: 'Under the roses' });
    await editMessage(deps, ann, { messageId, content: 'Under all the roses' });
    await deleteMessage(deps, ann, { messageId });

    const edited = { entity: 'MESSAGE', action: 'UPDATED', before: null, after: null, actorId: ann.userId };
    const of = { conversationId: talk.id, authorId: ann.userId };
    expect(await told({ entityId: messageId })).toMatchObject([
      edited,
      edited,
      { entity: 'MESSAGE', action: 'DELETED', before: of, after: null },
    ]);
    expect(await holds('the rose')).toBe(false);
    const [made, ...more] = await told({ entityId: talk.id });
    expect(made).toMatchObject({ action: 'CREATED', projectId: null, actorId: ann.userId });
    expect(made?.after).toEqual({ kind: 'DIRECT', createdBy: ann.userId });
    expect(more).toEqual([]);
  });

  it('tells of an attachment once it has come, and who removed it', async () => {
    const ticket = await world.ticket();
    const announced = await world.announce(world.ann, ticket, someBytes(10));
    const { id: attachmentId } = await world.attach(world.ann, ticket, someBytes(20), { filename: 'plan.bin' });
    await deleteAttachment(world.deps, world.lead, { attachmentId });

    const file = { filename: 'plan.bin', size: 20, ticketId: ticket.id, uploadedBy: world.ann.userId };
    const common = { entity: 'ATTACHMENT', projectId: world.project.id };
    expect(await told({ entityId: attachmentId })).toMatchObject([
      { ...common, action: 'CREATED', actorId: world.ann.userId, before: null, after: file },
      { ...common, action: 'DELETED', actorId: world.lead.userId, before: file, after: null },
    ]);
    expect(await told({ entityId: announced.attachment.id })).toEqual([]);
  });
});
