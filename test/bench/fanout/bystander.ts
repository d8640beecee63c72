import { WebSocket } from 'ws';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalls } from '../child.js';
import { percentile } from '../statistics.js';

/** A client of its own process that pings while others are sent to. */
export interface PingRequest {
  readonly port: number;
  readonly token: string;
  readonly ms: number;
}

const EVERY_MS = 10;

answerCalls({
  /** @returns the 99th percentile of the time to a PONG, in milliseconds. */
  async pings({ port, token, ms }: PingRequest): Promise<number> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/trpc?connectionParams=1`);
    await once(ws, 'open');
    ws.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
    const times: number[] = [];
    let sentAt: number | null = null;
    ws.on('message', (data: Buffer) => {
      if (data.toString() !== 'PONG' || sentAt === null) return;
      times.push(performance.now() - sentAt);
      sentAt = null;
    });
    const end = performance.now() + ms;
    while (performance.now() < end || sentAt !== null) {
      if (sentAt === null) {
        sentAt = performance.now();
        ws.send('PING');
      }
      await sleep(EVERY_MS);
    }
    ws.terminate();
    return percentile(times, 0.99);
  },
});
