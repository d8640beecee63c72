import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { publishingServer } from './publishing.js';
import { sampleCursor, sampleEvent } from './event.js';

/** The limit with one write each: of each project's event a frame made once, and written to every socket that follows it. */

const followers = new Map<string, Set<Socket>>();

const server = publishingServer((seq, { bytes }) => {
  for (const sockets of followers.values()) {
    const cursor = sampleCursor(seq);
    const data = { id: cursor, data: sampleEvent(seq, bytes) };
    const frame = textFrame(JSON.stringify({ id: 1, result: { type: 'data', data, id: cursor } }));
    for (const socket of sockets) socket.write(frame);
  }
});

const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
const ready = Buffer.concat([textFrame('{"started":true}'), textFrame('{"ready":true}')]);

server.on('upgrade', (request, socket: Socket, head) => {
  socket.on('error', () => socket.destroy());
  wss.handleUpgrade(request, socket, head, (ws) => {
    ws.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text === 'PING') return ws.send('PONG');
      const projectId = /"projectId":"([^"]*)"/.exec(text)?.[1];
      if (projectId === undefined) return;
      const sockets = followers.get(projectId) ?? new Set();
      followers.set(projectId, sockets.add(socket));
      socket.write(ready);
      ws.once('close', () => {
        sockets.delete(socket);
        if (sockets.size === 0) followers.delete(projectId);
      });
    });
  });
});

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >> 8, length & 255]);
  return Buffer.concat([head, payload]);
}
