import { WebSocket } from 'ws';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalls } from '../child.js';
import { percentile } from '../statistics.js';
import { dialects, type DialectName } from './dialects.js';

/** A client of its own process that pings while others are sent to. */
export interface BystanderRequest {
  readonly port: number;
  readonly dialect: DialectName;
  readonly token: string;
}

const EVERY_MS = 10;
/** Socket.IO hangs up on who asks before it has greeted. */
const GREETING_MS = 100;

let bystander: { ws: WebSocket; ping: string; pong: string } | null = null;

answerCalls({
  async connect({ port, dialect, token }: BystanderRequest): Promise<void> {
    const { path, greeting, ping, pong } = dialects[dialect];
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await once(ws, 'open');
    for (const frame of greeting(token)) ws.send(frame);
    await sleep(GREETING_MS);
    bystander = { ws, ping, pong };
  },
  /** @returns the 99th percentile of the time to an answer, in milliseconds. */
  async pings({ ms }: { ms: number }): Promise<number> {
    if (!bystander) throw new Error('not connected');
    const { ws, ping, pong } = bystander;
    const times: number[] = [];
    let sentAt: number | null = null;
    ws.on('message', (data: Buffer) => {
      if (data.toString() !== pong || sentAt === null) return;
      times.push(performance.now() - sentAt);
      sentAt = null;
    });
    const end = performance.now() + ms;
    while (performance.now() < end || sentAt !== null) {
      if (ws.readyState !== WebSocket.OPEN) throw new Error('the connection was closed');
      if (sentAt === null) {
        sentAt = performance.now();
        ws.send(ping);
      }
      await sleep(EVERY_MS);
    }
    ws.terminate();
    return percentile(times, 0.99);
  },
});
