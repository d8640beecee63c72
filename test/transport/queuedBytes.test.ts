import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CreateTicketInput } from '../../contract/ticketInputs.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { logout } from '../../server/features/auth/commands/logout.js';
import { createConversation } from '../../server/features/conversations/commands/createConversation.js';
import { removeConversationMember } from '../../server/features/conversations/commands/removeConversationMember.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { createTicket } from '../../server/features/tickets/commands/createTicket.js';
import { moveTicket } from '../../server/features/tickets/commands/moveTicket.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { until } from '../realtime/liveWorld.js';
import { aProject, anAgent, signIn, type SignedIn } from '../support/people.js';
import { parsed } from '../support/ticketWorld.js';
import type { Person } from '../support/world.js';
import { anApp, Wire, type LiveApp } from './anApp.js';

const portOf = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16);

/** Bytes that the kernel still holds for the other end of this loopback connection: they go out whenever it reads. */
function heldForReader(socket: Socket): number {
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const held = rows.map((row) => row.trim().split(/\s+/));
  const own = held.find(([, near, far]) => portOf(near!) === socket.remotePort && portOf(far!) === socket.localPort);
  return own ? Number.parseInt(own[4]!.split(':')[0]!, 16) : 0;
}

describe.runIf(process.platform === 'linux')(
  'what waits for a reader that stopped, when it may not be seen any more',
  () => {
    let app: LiveApp;
    let ben: Person;
    let session: SignedIn;
    let projectId: string;
    let ticketId: string;
    let elsewhere: string;
    let secret: { conversationId: string; userId: string };
    beforeEach(async () => {
      app = await anApp('sqlite');
      ben = await anAgent(app);
      ({ id: projectId } = await aProject(app, { members: [ben] }));
      const draft = parsed(CreateTicketInput, { projectId, title: 'A ticket that will leave' });
      ({ id: ticketId } = await createTicket(app.deps, app.admin, draft));
      ({ id: elsewhere } = await aProject(app));
      const channel = { kind: 'CHANNEL' as const, projectId, name: 'A', isPrivate: true, memberIds: [ben.userId] };
      const { id: conversationId } = await createConversation(app.deps, app.admin, channel);
      secret = { conversationId, userId: ben.userId };
      session = await signIn(app, ben);
    });
    afterEach(() => app.close());

    const publish = (kilobytes: number) =>
      inUnitOfWork(app.deps, { actor: app.admin, procedure: 'test.publish', input: {} }, async ({ record }) => {
        const count = kilobytes / 20;
        const { seq } = await record.number(projectId, { events: count });
        for (let nth = 0; nth < count; nth++) {
          const payload = { project: { name: 'x'.repeat(20_000) }, changes: {} } as never;
          const event = { seq: seq + nth, projectId, type: 'project.updated', ticketId: null } as const;
          record.append({ ...event, audience: 'PROJECT', reporterId: null, payload });
        }
      });

    const endings: [string, () => Promise<unknown>][] = [
      ['by removal from the project', () => removeMember(app.deps, app.admin, { projectId, userId: ben.userId })],
      ['by being taken out of a private channel', () => removeConversationMember(app.deps, app.admin, secret)],
      ['by signing out', () => logout(app.deps, session.actor, {})],
      ['by deactivation', () => deactivateUser(app.deps, app.admin, { userId: ben.userId })],
      ['by moving away a ticket', () => moveTicket(app.deps, app.admin, { ticketId, projectId: elsewhere })],
    ];
    // The large amount fills the server's own buffer too, the small one only those of the kernel.
    for (const kilobytes of [20_000, 1_000])
      it.each(endings)(`is thrown away within a second (${kilobytes} KB, %s)`, async (_, end) => {
        const wire = await Wire.open(app.ws, session.accessToken);
        const stream = wire.begin('subscription', 'live.project', { projectId });
        await until(() => wire.itemsOf(stream).length === 1);
        const { _socket: socket } = wire.ws as unknown as { _socket: Socket };
        const ports = { remotePort: socket.remotePort, localPort: socket.localPort } as Socket;

        socket.pause();
        await publish(kilobytes);
        await sleep(500);
        const before = heldForReader(ports);
        await end();
        const endedAt = performance.now();
        await until(() => heldForReader(ports) === 0, 5_000);
        const ms = performance.now() - endedAt;
        socket.resume();
        wire.close();

        expect(before).toBeGreaterThan(10_000);
        expect(ms).toBeLessThan(1_000);
      });
  },
);
