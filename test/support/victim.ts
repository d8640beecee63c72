import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** A raw frame and when it was read, by `performance.now()`. */
export interface Frame {
  readonly at: number;
  readonly text: string;
}

/** Somebody whose access ends: keeps every frame that reaches them, and when. */
export class Victim {
  readonly frames: Frame[] = [];
  closedAt: number | null = null;
  private lastId = 0;

  private constructor(private readonly ws: WebSocket) {
    ws.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (text === 'PING') ws.send('PONG');
      this.frames.push({ at: performance.now(), text });
    });
    ws.on('error', () => undefined);
    ws.once('close', () => (this.closedAt = performance.now()));
  }

  static async connect(nodeUrl: string, token: string): Promise<Victim> {
    const ws = new WebSocket(`${nodeUrl.replace('http', 'ws')}/trpc?connectionParams=1`);
    const victim = new Victim(ws);
    await once(ws, 'open');
    ws.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
    return victim;
  }

  /** Resolves when the stream is ready. */
  async follow(path: string, input: object): Promise<void> {
    const id = ++this.lastId;
    this.ws.send(JSON.stringify({ id, method: 'subscription', params: { path, input } }));
    const deadline = performance.now() + 10_000;
    const isReady = ({ text }: Frame) => text.startsWith(`{"id":${id},`) && text.includes('"kind":"ready"');
    for (let seen = 0; !this.frames.slice(seen).some(isReady);) {
      seen = this.frames.length;
      if (performance.now() > deadline) throw new Error(`${path} is not ready: ${this.frames.at(-1)?.text}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  call(path: string, input: object): void {
    this.ws.send(JSON.stringify({ id: ++this.lastId, method: 'mutation', params: { path, input } }));
  }

  get socket(): Socket {
    return (this.ws as unknown as { _socket: Socket })._socket;
  }

  close(): void {
    this.ws.terminate();
  }
}
