import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerCalls, exitOnSignal } from '../child.js';
import { EVENT_BYTES, sampleCursor, sampleEvent } from '../fanout/event.js';
import { answerWatching } from './watch.js';

/** The limit: whoever comes back is written, at once and in one piece, what it missed. Every project has the same events. */

let frames: Buffer = Buffer.alloc(0);
/** Where the frames of the first 0, 1, 2 … events end. */
const ends = [0];

function append(count: number): void {
  const added: Buffer[] = [frames];
  for (let nth = 0; nth < count; nth++) {
    const seq = ends.length;
    const frame = item(seq, sampleEvent(seq, EVENT_BYTES));
    added.push(frame);
    ends.push((ends.at(-1) ?? 0) + frame.length);
  }
  frames = Buffer.concat(added);
}

const item = (seq: number, data: object): Buffer => {
  const id = sampleCursor(seq);
  return textFrame(JSON.stringify({ id: 1, result: { type: 'data', data: { id, data }, id } }));
};

const server = createServer();
const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
server.on('upgrade', (request, socket: Socket, head) => {
  socket.on('error', () => socket.destroy());
  wss.handleUpgrade(request, socket, head, (ws) => {
    ws.on('error', () => undefined);
    ws.on('message', (data: Buffer) => {
      const { method, params } = JSON.parse(data.toString()) as { method: string; params?: { lastEventId?: string } };
      if (method !== 'subscription') return;
      const last = ends.length - 1;
      const from = Number(params?.lastEventId?.split('.')[1] ?? last);
      const missed = frames.subarray(ends[from], ends[last]);
      ws.send(JSON.stringify({ id: 1, result: { type: 'started' } }));
      socket.write(Buffer.concat([missed, item(last, { kind: 'ready', seq: last })]));
    });
  });
});

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >> 8, length & 255]);
  return Buffer.concat([head, payload]);
}

const BACKLOG = 4_096;
const listening = new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', BACKLOG, () => resolve((server.address() as AddressInfo).port));
});
answerCalls({ port: () => listening, append: ({ events }: { events: number }) => append(events), statements: () => 0 });
answerWatching();
exitOnSignal();
