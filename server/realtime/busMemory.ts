import { EventEmitter } from 'node:events';
import type { Wake } from '../db/wake.js';
import type { Bus } from './bus.js';
import { streamKey } from './streamRef.js';

/** The bus of a single process. Buses on one `channel` hear each other, which lets a test run two nodes in one process. */
export function memoryBus(channel: EventEmitter = new EventEmitter()): Bus {
  channel.setMaxListeners(0);
  const subscribed = new Set<string>();
  let isClosed = false;
  const listeners: ((wake: Wake) => void)[] = [];
  const hear = (wake: Wake): void => {
    if (subscribed.has(streamKey(wake))) for (const listener of listeners) listener(wake);
  };
  const newsListeners: ((topic: string, text: string) => void)[] = [];
  const hearNews = (topic: string, text: string): void => {
    if (subscribed.has(topic)) for (const listener of newsListeners) listener(topic, text);
  };
  channel.on('wake', hear);
  channel.on('news', hearNews);
  return {
    publish: (wakes) => {
      for (const wake of wakes) queueMicrotask(() => isClosed || channel.emit('wake', wake));
    },
    subscribe: (stream) => {
      subscribed.add(streamKey(stream));
      return Promise.resolve();
    },
    unsubscribe: (stream) => void subscribed.delete(streamKey(stream)),
    onWake: (listener) => void listeners.push(listener),
    tell: (topic, text) => queueMicrotask(() => isClosed || channel.emit('news', topic, text)),
    listen: (topic) => {
      subscribed.add(topic);
      return Promise.resolve();
    },
    ignore: (topic) => void subscribed.delete(topic),
    onTold: (listener) => void newsListeners.push(listener),
    // Memory has no gaps.
    onReconnected: () => undefined,
    state: () => ({ kind: 'memory', up: true }),
    close: () => {
      isClosed = true;
      channel.off('wake', hear);
      channel.off('news', hearNews);
      subscribed.clear();
      return Promise.resolve();
    },
  };
}
