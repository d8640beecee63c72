import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { WebSocket } from 'ws';
import { post } from '../post.js';
import { idOf } from '../world.js';
import { newComment, newTicket, type OpenRequest, type TicketCalls } from './calls.js';

type Mutate = (path: string, input: object) => Promise<{ id: string }>;

const callsBy = (mutate: Mutate, close: () => Promise<void>): TicketCalls => ({
  reassign: async ({ assignmentId, to }) =>
    (await mutate('assignments.reassign', { assignmentId, newAssigneeId: idOf('user', to), ...key() })).id,
  claim: (ticketId) => mutate('assignments.claim', { ticketId, ...key() }),
  begin: (ticketId) => mutate('tickets.update', { ticketId, patch: { status: 'IN_PROGRESS' }, ...key() }),
  create: (projectId) => mutate('tickets.create', { projectId, ...newTicket, ...key() }),
  comment: (ticketId) => mutate('comments.create', { ticketId, ...newComment, ...key() }),
  close,
});
const key = () => ({ idempotencyKey: randomUUID() });

interface Reply {
  readonly result?: { readonly data: { readonly id: string } };
  readonly error?: object;
}

function dataOf({ result, error }: Reply): { id: string } {
  if (!result) throw new Error(`refused: ${JSON.stringify(error)}`);
  return result.data;
}

/** A connection of this worker's own, kept open. */
export async function openHttp({ url, tokens }: OpenRequest, worker: number): Promise<TicketCalls> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const mutate: Mutate = async (path, input) =>
    dataOf(await post<Reply>(agent, `${url}/trpc/${path}`, tokens[worker] ?? '', input));
  return callsBy(mutate, () => Promise.resolve(agent.destroy()));
}

/** A socket may send 200 messages a second: each worker takes turns on several. */
const SOCKETS = 4;

export async function openWebSocket({ url, tokens }: OpenRequest, worker: number): Promise<TicketCalls> {
  const opening = Array.from({ length: SOCKETS }, () => openSocket(url, tokens[worker] ?? ''));
  const sockets = await Promise.all(opening);
  let turn = 0;
  const mutate: Mutate = (path, input) => {
    const socket = sockets[turn++ % SOCKETS];
    if (!socket) throw new Error('no socket');
    return socket.mutate(path, input);
  };
  return callsBy(mutate, async () => {
    await Promise.all(sockets.map((socket) => socket.close()));
  });
}

async function openSocket(url: string, token: string): Promise<{ mutate: Mutate; close: () => Promise<void> }> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`, { perMessageDeflate: false });
  const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  let count = 0;
  await once(ws, 'open');
  ws.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  ws.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text === 'PING') return ws.send('PONG');
    const reply = JSON.parse(text) as Reply & { id: number };
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
  });
  ws.once('close', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the socket was closed with ${code}`));
  });
  return {
    async mutate(path, input) {
      const id = ++count;
      const replied = new Promise<Reply>((resolve, reject) => waiting.set(id, { resolve, reject }));
      ws.send(JSON.stringify({ id, method: 'mutation', params: { path, input } }));
      return dataOf(await replied);
    },
    async close() {
      ws.close();
      await once(ws, 'close');
    },
  };
}
