import { createTRPCClient, httpLink } from '@trpc/client';
import { CreateCommentInput } from '../../contract/comment.js';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import type { AppRouter } from '../../server/rpc/appRouter.js';
import { aCustomer, anAgent, join, signIn } from './people.js';
import { parsed } from './ticketWorld.js';
import { PASSWORD, type Person, type World } from './world.js';

export const clientOf = (nodeUrl: string, token: string) =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${nodeUrl}/trpc`, headers: { authorization: `Bearer ${token}` } })],
  });
type Client = ReturnType<typeof clientOf>;

/** Where access is taken: a project that the administrator writes in all the time, and one that the victims are not in. */
export interface Scene {
  readonly world: World;
  readonly projectId: string;
  readonly elsewhereId: string;
  /** The node through which access is taken. */
  readonly nodeUrl: string;
  readonly admin: Client;
}

/** One person about to lose access. */
export interface Loss {
  readonly kind: string;
  readonly person: Person;
  readonly token: string;
  readonly streams: readonly (readonly [path: string, input: object])[];
  /** Resolves once the change is acknowledged. */
  readonly revoke: () => Promise<unknown>;
  /** What is in every frame that must not be seen after the change. */
  readonly forbidden: string;
  /** Goes on writing what must not be seen. */
  readonly write?: (nth: number) => Promise<unknown>;
  /** What no replay may hold after the change. */
  readonly canary?: string;
}

type Prepare = (scene: Scene, canary: string) => Promise<Loss>;

const ANY_EVENT = '"kind":"event"';

async function aMember(scene: Scene, kind: string) {
  const person = await anAgent(scene.world, 'Vic Tim');
  await join(scene.world, { id: scene.projectId }, person, 'MEMBER');
  const { accessToken } = await signIn(scene.world, person);
  const streams = [['live.project', { projectId: scene.projectId }]] as const;
  return { kind, person, token: accessToken, streams, forbidden: ANY_EVENT };
}

/** The eight ways to lose access, each through a node's API. */
export const revocations: readonly Prepare[] = [
  async (scene) => {
    const victim = await aMember(scene, 'logout');
    return { ...victim, revoke: () => clientOf(scene.nodeUrl, victim.token).auth.logout.mutate({}) };
  },
  async (scene) => {
    const victim = await aMember(scene, 'logoutAll');
    const { accessToken } = await signIn(scene.world, victim.person);
    return { ...victim, revoke: () => clientOf(scene.nodeUrl, accessToken).auth.logoutAll.mutate({}) };
  },
  async (scene) => {
    const victim = await aMember(scene, 'password change');
    const { accessToken } = await signIn(scene.world, victim.person);
    const input = { currentPassword: PASSWORD, newPassword: `${PASSWORD}, changed` };
    return { ...victim, revoke: () => clientOf(scene.nodeUrl, accessToken).auth.changePassword.mutate(input) };
  },
  async (scene) => {
    const victim = await aMember(scene, 'deactivation');
    return { ...victim, revoke: () => scene.admin.users.deactivate.mutate({ userId: victim.person.userId }) };
  },
  async (scene) => {
    const victim = await aMember(scene, 'role change');
    const input = { userId: victim.person.userId, role: 'CUSTOMER' } as const;
    return { ...victim, forbidden: '"type":"ticket.', revoke: () => scene.admin.users.setRole.mutate(input) };
  },
  async (scene) => {
    const victim = await aMember(scene, 'removal from the project');
    const input = { projectId: scene.projectId, userId: victim.person.userId };
    return { ...victim, revoke: () => scene.admin.projects.members.remove.mutate(input) };
  },
  async (scene, canary) => {
    const victim = await aMember(scene, 'ticket moved away');
    const draft = parsed(CreateTicketInput, { projectId: scene.projectId, title: canary });
    const { id: ticketId } = await createTicket(scene.world.deps, scene.world.admin, draft);
    return {
      ...victim,
      canary,
      streams: [...victim.streams, ['live.ticket', { ticketId }]],
      revoke: () => scene.admin.tickets.move.mutate({ ticketId, projectId: scene.elsewhereId }),
      forbidden: canary,
      write: (nth) => scene.admin.tickets.update.mutate({ ticketId, patch: { title: `${canary} ${nth}` } }),
    };
  },
  async (scene, canary) => {
    const { world, projectId, admin } = scene;
    const person = await aCustomer(world, 'Vic Customer');
    await join(world, { id: projectId }, person, 'CUSTOMER');
    const draft = parsed(CreateTicketInput, { projectId, title: 'Mine', reporterId: person.userId });
    const { id: ticketId } = await createTicket(world.deps, world.admin, draft);
    const said = parsed(CreateCommentInput, { ticketId, content: canary });
    const { id: commentId } = await createComment(world.deps, world.admin, said);
    return {
      kind: 'comment made internal',
      person,
      token: (await signIn(world, person)).accessToken,
      canary,
      streams: [['live.project', { projectId }]],
      revoke: () => admin.comments.update.mutate({ commentId, patch: { visibility: 'INTERNAL' } }),
      forbidden: canary,
      write: (nth) => admin.comments.update.mutate({ commentId, patch: { content: `${canary} ${nth}` } }),
    };
  },
];
