import { EventEmitter, on } from 'node:events';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { publishingServer } from './publishing.js';
import { sampleCursor, sampleEvent } from './event.js';

/** tRPC as its manual shows it: an async generator per follower over an EventEmitter. */

const emitter = new EventEmitter().setMaxListeners(0);
const t = initTRPC.create();

const router = t.router({
  live: t.router({
    project: t.procedure.input(z.object({ projectId: z.string() })).subscription(async function* ({ signal }) {
      const events = on(emitter, 'event', signal ? { signal } : {});
      yield tracked(sampleCursor(0), { kind: 'ready' });
      for await (const [item] of events as AsyncIterable<[ReturnType<typeof sampleEvent>]>)
        yield tracked(sampleCursor(item.seq), item);
    }),
  }),
});

const server = publishingServer((seq, { bytes }) => void emitter.emit('event', sampleEvent(seq, bytes)));
applyWSSHandler({
  wss: new WebSocketServer({ server, perMessageDeflate: false }),
  router,
  createContext: () => ({}),
});
