import { EventEmitter } from 'node:events';
import type { Wake } from '../db/wake.js';
import type { Bus } from './bus.js';
import { streamKey } from './streamRef.js';

/** The bus of a single process. Buses on one `channel` hear each other, which lets a test run two nodes in one process. */
export function memoryBus(channel: EventEmitter = new EventEmitter()): Bus {
  channel.setMaxListeners(0);
  const subscribed = new Set<string>();
  const listeners: ((wake: Wake) => void)[] = [];
  const hear = (wake: Wake): void => {
    if (subscribed.has(streamKey(wake))) for (const listener of listeners) listener(wake);
  };
  channel.on('wake', hear);
  return {
    publish: (wakes) => {
      for (const wake of wakes) queueMicrotask(() => channel.emit('wake', wake));
    },
    subscribe: (stream) => {
      subscribed.add(streamKey(stream));
      return Promise.resolve();
    },
    unsubscribe: (stream) => void subscribed.delete(streamKey(stream)),
    onWake: (listener) => void listeners.push(listener),
    // Memory has no gaps.
    onReconnected: () => undefined,
    state: () => ({ kind: 'memory', up: true }),
    close: () => {
      channel.off('wake', hear);
      subscribed.clear();
      return Promise.resolve();
    },
  };
}
