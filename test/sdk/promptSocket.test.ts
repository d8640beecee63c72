import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { promptSocket } from '../../client-sdk/src/promptSocket.js';

/** As in a browser: events, but no way to end it without the other end's consent. */
class DeafSocket extends EventTarget {
  readyState = 0;
  send(): void {}
  close(): void {
    this.readyState = 2;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(patience?: { openMs?: number; graceMs?: number }) {
  const socket = new (promptSocket(DeafSocket, patience))('ws://nowhere') as unknown as DeafSocket;
  const closes: unknown[] = [];
  socket.addEventListener('close', (event) => closes.push((event as CloseEvent).code));
  return { socket, closes };
}

describe('a socket whose other end is gone', () => {
  it('counts as closed a moment after it was to be closed', () => {
    const { socket, closes } = opened({ graceMs: 500 });
    socket.readyState = 1;

    socket.close();
    vi.advanceTimersByTime(499);
    expect(closes).toEqual([]);
    vi.advanceTimersByTime(1);

    expect(closes).toEqual([1006]);
  });

  it('is not told twice when it closed in time', () => {
    const { socket, closes } = opened();
    socket.close();
    socket.readyState = 3;

    vi.advanceTimersByTime(60_000);

    expect(closes).toEqual([]);
  });

  it('is given up when it does not open in time', () => {
    const { socket, closes } = opened({ openMs: 2_000, graceMs: 500 });

    vi.advanceTimersByTime(2_500);

    expect(socket.readyState).toBe(2);
    expect(closes).toEqual([1006]);
  });

  it('is left alone when it did open', () => {
    const { socket, closes } = opened({ openMs: 2_000 });
    socket.readyState = 1;

    vi.advanceTimersByTime(60_000);

    expect(socket.readyState).toBe(1);
    expect(closes).toEqual([]);
  });
});
