import { randomUUID } from 'node:crypto';
import { buildApp, type App } from '../../../server/app.js';
import { loadConfig } from '../../../server/config.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { reassignTicket } from '../../../server/features/assignments/commands/reassignTicket.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { authEnvironment } from '../tokens.js';
import { idOf, nameOf } from '../world.js';
import { newComment, newTicket, type OpenRequest, type TicketCalls } from './calls.js';

let app: App | undefined;

/** The commands as a script would call them: everything but the transport, the lookup of the session and the schemas. */
export async function openCommand({ url }: OpenRequest, worker: number): Promise<TicketCalls> {
  app ??= buildApp(loadConfig({ ...authEnvironment, DATABASE_URL: url }));
  const { deps } = app;
  const person = worker + 1;
  const actor: Actor = {
    userId: idOf('user', person),
    name: nameOf(person),
    role: 'AGENT',
    sessionId: null,
    mayWrite: true,
  };
  const key = () => ({ idempotencyKey: randomUUID() });
  return {
    reassign: async ({ assignmentId, to }) =>
      (await reassignTicket(deps, actor, { assignmentId, newAssigneeId: idOf('user', to), ...key() })).id,
    claim: (ticketId) => claimTicket(deps, actor, { ticketId, ...key() }),
    begin: (ticketId) => updateTicket(deps, actor, { ticketId, patch: { status: 'IN_PROGRESS' }, ...key() }),
    create: (projectId) => createTicket(deps, actor, CreateTicketInput.parse({ projectId, ...newTicket, ...key() })),
    comment: (ticketId) => createComment(deps, actor, { ticketId, ...newComment, ...key() }),
    close: () => Promise.resolve(),
  };
}
