import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateCommentInput } from '../../contract/comment.js';
import { CreateCustomFieldInput } from '../../contract/customField.js';
import { CreateConversationInput } from '../../contract/conversation.js';
import { CreateSlaPolicyInput } from '../../contract/sla.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { CreateRuleInput } from '../../contract/rule.js';
import { CreateIncomingInput } from '../../contract/incomingWebhook.js';
import { CreateViewInput } from '../../contract/view.js';
import { CreateWebhookInput } from '../../contract/webhook.js';
import { assignTicket } from '../../server/features/assignments/commands/assignTicket.js';
import { createAttachment } from '../../server/features/attachments/commands/createAttachment.js';
import { expectFile, receiveFile } from '../../server/features/attachments/receiveFile.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { createCustomField } from '../../server/features/customFields/commands/createCustomField.js';
import { createConversation } from '../../server/features/conversations/commands/createConversation.js';
import { createDepartment } from '../../server/features/departments/commands/createDepartment.js';
import { postMessage } from '../../server/features/messages/commands/postMessage.js';
import { createSlaPolicy } from '../../server/features/sla/commands/createSlaPolicy.js';
import { createSkill } from '../../server/features/skills/commands/createSkill.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../server/features/tickets/commands/mergeTickets.js';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { createRule } from '../../server/features/rules/commands/createRule.js';
import { createView } from '../../server/features/views/commands/createView.js';
import { createIncoming } from '../../server/features/webhooks/commands/createIncoming.js';
import { createWebhook } from '../../server/features/webhooks/commands/createWebhook.js';
import { newId } from '../../server/kernel/ids.js';
import { adHoc } from '../../server/db/statement.js';
import { aProject, anAgent, join, signIn, type SignedIn, type Team } from '../support/people.js';
import { aProposal } from '../support/proposals.js';
import { aDelivery } from '../support/deliveries.js';
import { parsed } from '../support/ticketWorld.js';
import { aSession, differing, find, result } from '../support/validations.js';
import type { Person, World } from '../support/world.js';

/** The things that calls name, by their ids. */
export interface Place {
  project(): Promise<string>;
  projectKey(): Promise<string>;
  /** Another project of the same people. */
  spareProject(): Promise<string>;
  ticket(): Promise<string>;
  ticketKey(): Promise<string>;
  task(): Promise<string>;
  deletedTicket(): Promise<string>;
  mergedTicket(): Promise<string>;
  comment(): Promise<string>;
  /** That of the ticket. */
  conversation(): Promise<string>;
  channel(): Promise<string>;
  /** Of the staff that was there when it was made. */
  privateChannel(): Promise<string>;
  /** Among two of the staff. */
  direct(): Promise<string>;
  /** In a channel, and its conversation is {@link channel}. */
  message(): Promise<string>;
  privateMessage(): Promise<string>;
  ticketMessage(): Promise<string>;
  internalComment(): Promise<string>;
  attachment(): Promise<string>;
  internalAttachment(): Promise<string>;
  assignment(): Promise<string>;
  /** That waits for a decision. */
  proposal(): Promise<string>;
  run(): Promise<string>;
  /** A view that is shared in the project. */
  view(): Promise<string>;
  customField(): Promise<string>;
  /** A validation of the project, that an administrator owns. */
  validation(): Promise<string>;
  validationResult(): Promise<string>;
  /** Open, and found by {@link validation}. */
  discrepancy(): Promise<string>;
  /** One that is not active. */
  rule(): Promise<string>;
  slaPolicy(): Promise<string>;
  /** Of a colleague there. */
  notification(): Promise<string>;
  /** A colleague who can hold tickets there. */
  holder(): Promise<string>;
  /** Another one, new there. */
  newcomer(): Promise<string>;
  /** Somebody who is in no project. */
  user(): Promise<string>;
  /** Of that somebody. */
  developer(): Promise<string>;
  session(): Promise<string>;
  apiKey(): Promise<string>;
  accessToken(): Promise<string>;
  refreshToken(): Promise<string>;
  department(): Promise<string>;
  skill(): Promise<string>;
  webhook(): Promise<string>;
  /** To that webhook. */
  delivery(): Promise<string>;
  incomingWebhook(): Promise<string>;
}

interface Parts {
  readonly app: World;
  readonly project: { readonly id: string; readonly key: string };
  readonly team: Team;
  /** Whether everything is made once, or anew each time. */
  readonly isShared: boolean;
  /** What tickets and comments say. */
  readonly word?: string;
}

let made = 0;

export class ProjectPlace implements Place {
  private readonly known = new Map<string, Promise<unknown>>();

  constructor(private readonly parts: Parts) {}

  private get app(): World {
    return this.parts.app;
  }
  private one<Thing>(name: string, make: () => Promise<Thing>): Promise<Thing> {
    if (!this.parts.isShared) return make();
    const thing = (this.known.get(name) as Promise<Thing> | undefined) ?? make();
    this.known.set(name, thing);
    return thing;
  }

  project = async () => this.parts.project.id;
  projectKey = async () => this.parts.project.key;
  spareProject = () => this.one('spareProject', async () => (await aProject(this.app, this.parts.team)).id);

  private draft = (type: 'TICKET' | 'TASK') => {
    const reporterId = this.parts.team.customers?.[0]?.userId;
    const input = { projectId: this.parts.project.id, title: this.parts.word ?? 'A ticket', type, reporterId };
    return createTicket(this.app.deps, this.app.admin, parsed(CreateTicketInput, input));
  };
  private aTicket = () => this.one('ticket', () => this.draft('TICKET'));
  ticket = async () => (await this.aTicket()).id;
  ticketKey = async () => (await this.aTicket()).key;
  task = () => this.one('task', async () => (await this.draft('TASK')).id);
  deletedTicket = () =>
    this.one('deletedTicket', async () => {
      const { id: ticketId } = await this.draft('TICKET');
      return (await deleteTicket(this.app.deps, this.app.admin, { ticketId })).id;
    });

  mergedTicket = () =>
    this.one('mergedTicket', async () => {
      const [ticketId, intoId] = [(await this.draft('TICKET')).id, (await this.draft('TICKET')).id];
      return (await mergeTickets(this.app.deps, this.app.admin, { ticketId, intoId })).id;
    });

  private say = async (visibility: 'PUBLIC' | 'INTERNAL') => {
    const input = { ticketId: await this.ticket(), content: this.parts.word ?? 'Words', visibility };
    return (await createComment(this.app.deps, this.app.admin, parsed(CreateCommentInput, input))).id;
  };
  comment = () => this.one('comment', () => this.say('PUBLIC'));
  internalComment = () => this.one('internalComment', () => this.say('INTERNAL'));
  conversation = async () => (await this.aTicket()).conversationId;
  private aChannel = async (isPrivate: boolean, others: readonly Person[]) => {
    const { app, project, word: name = 'A channel' } = this.parts;
    const memberIds = others.map(({ userId }) => userId);
    const input = { kind: 'CHANNEL', projectId: project.id, name, isPrivate, memberIds } as const;
    return (await createConversation(app.deps, app.admin, parsed(CreateConversationInput, input))).id;
  };
  channel = () => this.one('channel', () => this.aChannel(false, []));
  privateChannel = () => this.one('privateChannel', () => this.aChannel(true, this.parts.team.members ?? []));
  direct = () =>
    this.one('direct', async () => {
      const input = { kind: 'DIRECT' as const, memberIds: [await this.holder()] };
      return (await createConversation(this.app.deps, await this.someone(), parsed(CreateConversationInput, input))).id;
    });
  private someone = () => this.one('someone', () => anAgent(this.app));
  private post = async (conversationId: string) => {
    const input = { conversationId, content: this.parts.word ?? 'Words' };
    return (await postMessage(this.app.deps, this.app.admin, input)).id;
  };
  message = () => this.one('message', async () => this.post(await this.channel()));
  privateMessage = () => this.one('privateMessage', async () => this.post(await this.privateChannel()));
  ticketMessage = () => this.one('ticketMessage', async () => this.post(await this.conversation()));
  private attach = async (commentId?: string, ticketId?: string) => {
    const { deps, admin } = this.app;
    const bytes = Buffer.from(this.parts.word ?? 'Bytes');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const about = {
      ticketId: ticketId ?? (await this.ticket()),
      filename: this.parts.word ?? 'A file',
      size: bytes.length,
      sha256,
    };
    const { attachment } = await createAttachment(deps, admin, { ...about, ...(commentId && { commentId }) });
    const expected = await expectFile(deps, admin, attachment.id);
    return (await receiveFile(deps, admin, expected, Readable.from([bytes]))).id;
  };
  attachment = () => this.one('attachment', () => this.attach());
  internalAttachment = () =>
    this.one('internalAttachment', async () => {
      const commentId = await this.internalComment();
      const [row] = await this.app.db.all<{ ticket_id: string }>(
        adHoc('SELECT ticket_id FROM comments WHERE id = $1'),
        [commentId],
      );
      return this.attach(commentId, row?.ticket_id);
    });
  assignment = () =>
    this.one('assignment', async () => {
      const { id: ticketId } = await this.draft('TICKET');
      return (await assignTicket(this.app.deps, this.app.admin, { ticketId, assigneeId: await this.holder() })).id;
    });

  proposal = () =>
    this.one('proposal', async () => {
      const { id: ticketId } = await this.draft('TICKET');
      return aProposal(this.app, this.parts.project.id, ticketId, await this.holder(), this.parts.word);
    });
  run = async () => {
    const [row] = await this.app.db.all<{ run_id: string }>(
      adHoc('SELECT run_id FROM assignment_proposals WHERE id = $1'),
      [await this.proposal()],
    );
    return row?.run_id ?? newId();
  };

  view = () =>
    this.one('view', async () => {
      const name = `${this.parts.word ?? 'A view'} ${++made}`;
      const input = { name, projectId: this.parts.project.id, filter: {}, shared: true };
      return (await createView(this.app.deps, this.app.admin, parsed(CreateViewInput, input))).id;
    });

  /** In a project of its own: one has only so many. */
  customField = () =>
    this.one('customField', async () => {
      const { id: projectId } = await aProject(this.app, this.parts.team);
      const input = { projectId, key: 'note', kind: 'TEXT', label: this.parts.word ?? 'Note' } as const;
      return (await createCustomField(this.app.deps, this.app.admin, parsed(CreateCustomFieldInput, input))).id;
    });
  validation = () =>
    this.one('validation', async () => {
      const { app, project, word: name = 'A validation' } = this.parts;
      return (await aSession(app, app.admin, { name, projectId: project.id })).id;
    });
  validationResult = () =>
    this.one('validationResult', async () => {
      const counts = { kind: 'DATA', compared: 2, matched: 1 } as const;
      return (await result(this.app, this.app.admin, { sessionId: await this.validation(), ...counts })).id;
    });
  /** Those that it is asked for with, in the same session. */
  discrepancyIn = async (sessionId: string): Promise<string> => {
    const { app, word = 'a path' } = this.parts;
    const { discrepancyIds } = await find(app, app.admin, sessionId, [differing(`${word} ${++made}`)]);
    return discrepancyIds[0]!;
  };
  discrepancy = () => this.one('discrepancy', async () => this.discrepancyIn(await this.validation()));
  /** In a project of its own: one has only so many. */
  rule = () =>
    this.one('rule', async () => {
      const { id: projectId } = await aProject(this.app, this.parts.team);
      const input = { projectId, name: this.parts.word ?? 'A rule', active: false };
      const says = { trigger: { kind: 'EVENT', types: ['ticket.created'] }, actions: [{ kind: 'UNASSIGN' }] } as const;
      const rule = {
        ...input,
        trigger: { ...says.trigger, types: [...says.trigger.types] },
        actions: [...says.actions],
      };
      return (await createRule(this.app.deps, this.app.admin, parsed(CreateRuleInput, rule))).id;
    });
  slaPolicy = () =>
    this.one('slaPolicy', async () => {
      const { id: projectId } = await aProject(this.app, this.parts.team);
      const promise = { resolveMinutes: 60, calendar: { timeZone: 'UTC' } };
      const input = { projectId, name: this.parts.word ?? 'In an hour', ...promise };
      return (await createSlaPolicy(this.app.deps, this.app.admin, parsed(CreateSlaPolicyInput, input))).id;
    });
  notification = async () => {
    await this.assignment();
    const [row] = await this.app.db.all<{ id: string }>(adHoc('SELECT max(id) AS id FROM notifications'), []);
    return row?.id ?? newId();
  };

  holder = async () => this.parts.team.members?.[0]?.userId ?? '';
  newcomer = () =>
    this.one('newcomer', async () => {
      const person = await anAgent(this.app);
      await join(this.app, this.parts.project, person, 'MEMBER');
      return person.userId;
    });
  private aPerson = () => this.one('person', () => anAgent(this.app));
  user = async () => (await this.aPerson()).userId;
  developer = async () => developerOf(this.app, await this.aPerson());

  private signedIn = () => this.one('signedIn', async () => signIn(this.app, await this.aPerson()));
  session = async () => (await this.signedIn()).sessionId;
  accessToken = async () => (await this.signedIn()).accessToken;
  refreshToken = async () => (await this.signedIn()).refreshToken;
  apiKey = () => this.one('apiKey', async () => apiKeyOf(this.app, await this.signedIn()));

  department = () =>
    this.one('department', async () => {
      const input = { name: `Department ${++made}`, description: '', active: true };
      return (await createDepartment(this.app.deps, this.app.admin, input)).id;
    });
  skill = () =>
    this.one('skill', async () => {
      const input = { name: `Skill ${++made}`, aliases: [] };
      return (await createSkill(this.app.deps, this.app.admin, input)).id;
    });

  /** In a project of its own: one has only so many. */
  webhook = () =>
    this.one('webhook', async () => {
      const { id: projectId } = await aProject(this.app, this.parts.team);
      const input = { projectId, url: 'https://example.com/', description: this.parts.word ?? '' };
      return (await createWebhook(this.app.deps, this.app.admin, parsed(CreateWebhookInput, input))).id;
    });
  delivery = () => this.one('delivery', async () => aDelivery(this.app, await this.webhook(), this.parts.word));
  incomingWebhook = () =>
    this.one('incomingWebhook', async () => {
      const { id: projectId } = await aProject(this.app, this.parts.team);
      const input = { projectId, name: this.parts.word ?? 'GitHub' };
      return (await createIncoming(this.app.deps, this.app.admin, parsed(CreateIncomingInput, input))).id;
    });
}

const anId = async () => newId();
const nothing = async () => 'nothing that was ever given out';

/** Where nothing is: ids in the form of ids, of no row. */
export class Nowhere implements Place {
  project = anId;
  projectKey = async () => 'NOWHERE';
  spareProject = anId;
  ticket = anId;
  ticketKey = async () => 'NOWHERE-1';
  task = anId;
  deletedTicket = anId;
  mergedTicket = anId;
  comment = anId;
  internalComment = anId;
  conversation = anId;
  channel = anId;
  privateChannel = anId;
  direct = anId;
  message = anId;
  privateMessage = anId;
  ticketMessage = anId;
  attachment = anId;
  internalAttachment = anId;
  assignment = anId;
  proposal = anId;
  run = anId;
  view = anId;
  customField = anId;
  validation = anId;
  validationResult = anId;
  discrepancy = anId;
  rule = anId;
  slaPolicy = anId;
  notification = anId;
  holder = anId;
  newcomer = anId;
  user = anId;
  developer = anId;
  session = anId;
  apiKey = anId;
  accessToken = nothing;
  refreshToken = nothing;
  department = anId;
  skill = anId;
  webhook = anId;
  delivery = anId;
  incomingWebhook = anId;
}

/** The id of a person's work profile; of nothing, for who has none. */
export async function developerOf({ db }: World, { userId }: Person): Promise<string> {
  const [row] = await db.all<{ id: string }>(adHoc('SELECT id FROM developers WHERE user_id = $1'), [userId]);
  return row?.id ?? newId();
}

export const apiKeyOf = async ({ deps }: World, { actor }: SignedIn): Promise<string> =>
  (await createApiKey(deps, actor, { name: 'a key', scopes: ['read'] })).id;
