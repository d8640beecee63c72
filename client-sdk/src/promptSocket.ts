import type { WebSocketClass } from './options.js';

const CLOSED = 3;
const CONNECTING = 0;

/**
 * The given WebSocket class, made prompt: `close` counts as done after `graceMs` even when the peer never answers, and a
 * socket that does not open within `openMs` is closed. By itself a browser waits a minute and more for either, and
 * `ws` 30 s, in which a client behind a dead line would neither hear nor reconnect.
 */
export function promptSocket(Base: WebSocketClass, { openMs = 10_000, graceMs = 1_000 } = {}): typeof WebSocket {
  const Prompt = class extends Base {
    constructor(url: string) {
      super(url);
      inBackground(openMs, () => {
        if (this.readyState === CONNECTING) this.close();
      });
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      inBackground(graceMs, () => abandon(this));
    }
  };
  return Prompt as unknown as typeof WebSocket;
}

/** A Node process that has nothing else to do need not wait for it. */
function inBackground(ms: number, act: () => void): void {
  const timer: unknown = setTimeout(act, ms);
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref();
}

/** Tells the listeners what the network will not. A real `close` event later finds the socket replaced. */
function abandon(socket: InstanceType<WebSocketClass>): void {
  if (socket.readyState === CLOSED) return;
  if ('terminate' in socket && typeof socket.terminate === 'function') socket.terminate();
  else if (socket instanceof EventTarget) {
    // Not CloseEvent: Node has none before 23.
    socket.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '', wasClean: false }));
  }
}
