import type { Encoder } from '@trpc/server/adapters/ws';

interface TrackedMessage {
  id: number | string;
  jsonrpc?: string;
  result: { type: 'data'; id: string; data: { id: string; data: object } };
}

function isTracked(message: unknown): message is TrackedMessage {
  const { result } = message as Partial<TrackedMessage>;
  return result?.type === 'data' && typeof result.id === 'string' && typeof result.data.data === 'object';
}

/**
 * The adapter's JSON, byte for byte, but an event that goes to a thousand sockets is turned into text once: followers with the
 * same view are handed the same object.
 */
export function sharedEncoder(): Encoder {
  const texts = new WeakMap<object, string>();
  const textOf = (item: object): string => {
    const known = texts.get(item);
    if (known !== undefined) return known;
    const text = JSON.stringify(item);
    texts.set(item, text);
    return text;
  };
  return {
    encode(message) {
      if (!isTracked(message)) return JSON.stringify(message);
      const { id, jsonrpc, result } = message;
      const cursor = JSON.stringify(result.id);
      const head = `{"id":${JSON.stringify(id)},${jsonrpc === undefined ? '' : `"jsonrpc":${JSON.stringify(jsonrpc)},`}`;
      return `${head}"result":{"type":"data","data":{"id":${cursor},"data":${textOf(result.data.data)}},"id":${cursor}}}`;
    },
    decode(data) {
      if (typeof data !== 'string') throw new Error('Frames must be text.');
      return JSON.parse(data) as unknown;
    },
  };
}
