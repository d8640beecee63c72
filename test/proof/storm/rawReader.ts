import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { randomFrom } from '../../../seeders/support/random.js';
import type { Recording, Item } from './recording.js';

/** How a reader behaves towards the server. */
export interface Manner {
  /** Cuts its own connection about so often, and goes on at any of the nodes. */
  readonly hopEveryMs?: number;
  /** Takes nothing for about so long, about as long apart. */
  readonly restMs?: number;
}
interface Reading {
  readonly path: string;
  readonly input: object;
  readonly cursor: string;
  readonly token: string;
  /** Where it may go. */
  readonly urls: readonly string[];
  readonly seed: number;
}

/** Without an answer to its PING for so long a connection counts as lost. */
const SILENCE_MS = 2_500;
const PING_MS = 1_000;

/**
 * A reader on the bare protocol: keeps every frame as the server sent it, drops no double, and goes on from the last cursor. What it is
 * handed is what the server did.
 */
export class RawReader {
  private cursor: string;
  private ws: WebSocket | null = null;
  private isOver = false;
  private isResting = false;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private readonly random;

  constructor(
    private readonly reading: Reading,
    manner: Manner,
    private readonly recording: Recording,
  ) {
    this.cursor = reading.cursor;
    this.random = randomFrom(reading.seed, 77);
    this.connect();
    if (manner.hopEveryMs !== undefined) this.every(manner.hopEveryMs, () => this.ws?.terminate());
    if (manner.restMs !== undefined) this.every(manner.restMs, () => this.rest(manner.restMs ?? 0));
  }

  close(): void {
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.ws?.terminate();
  }

  private connect(): void {
    const { token, path, input, urls } = this.reading;
    const url = this.random.pick(urls).replace('http', 'ws');
    const ws = new WebSocket(`${url}/trpc?connectionParams=1`, { handshakeTimeout: 2_000 });
    this.ws = ws;
    let heardAt = performance.now();
    const beat = setInterval(() => {
      if (performance.now() - heardAt > SILENCE_MS && !this.isResting) ws.terminate();
      else if (ws.readyState === WebSocket.OPEN) ws.send('PING');
    }, PING_MS);
    ws.on('open', () => {
      this.recording.opened();
      ws.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
      const params = { path, input: { ...input, lastEventId: this.cursor } };
      ws.send(JSON.stringify({ id: 1, method: 'subscription', params }));
    });
    ws.on('message', (data) => {
      heardAt = performance.now();
      this.take((data as Buffer).toString(), ws);
    });
    ws.on('error', () => undefined);
    ws.once('close', () => {
      clearInterval(beat);
      if (!this.isOver) this.later(50 + this.random.below(150), () => this.connect());
    });
  }

  private take(text: string, ws: WebSocket): void {
    if (this.isOver || this.ws !== ws) return;
    if (text === 'PING') return ws.send('PONG');
    if (text === 'PONG') return;
    const { result, error } = JSON.parse(text) as Frame;
    if (error) return this.refused(error.data?.app?.code ?? 'UNKNOWN', ws);
    if (result?.type !== 'data' || !result.data) return;
    this.cursor = result.data.id;
    this.recording.item(result.data.data);
  }

  private refused(code: string, ws: WebSocket): void {
    if (code === 'UNAVAILABLE') return ws.terminate();
    this.recording.failed(code);
    this.close();
  }

  /** What the kernel and the server hold for us meanwhile has an end. */
  private rest(ms: number): void {
    const socket = (this.ws as unknown as { _socket?: Socket } | null)?._socket;
    if (!socket) return;
    this.isResting = true;
    socket.pause();
    this.later(this.random.below(2 * ms), () => {
      this.isResting = false;
      socket.resume();
    });
  }

  private every(ms: number, act: () => void): void {
    this.later(ms / 2 + this.random.below(ms), () => {
      act();
      this.every(ms, act);
    });
  }

  private later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.isOver) act();
    }, ms);
    this.timers.add(timer);
  }
}

interface Frame {
  readonly result?: { readonly type: string; readonly data?: { readonly id: string; readonly data: Item } };
  readonly error?: { readonly data?: { readonly app?: { readonly code: string } } };
}
