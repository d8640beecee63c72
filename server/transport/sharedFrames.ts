import type { Encoder } from '@trpc/server/adapters/ws';

/** How a client named its subscription. */
export interface RequestName {
  readonly id: number | string;
  readonly jsonrpc?: string | undefined;
}
interface Tracked {
  readonly type: 'data';
  readonly id: string;
  readonly data: { readonly id: string; readonly data: object };
}
interface Message extends RequestName {
  readonly result?: Tracked | { readonly type: 'started' } | { readonly type: 'data'; readonly data: unknown };
}

const texts = new WeakMap<object, string>();

/** An event that goes to a thousand followers is turned into text once: those with the same view are handed the same object. */
function textOf(item: object): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const text = JSON.stringify(item);
  texts.set(item, text);
  return text;
}

/** How the client's frames of this request begin. */
export const headOf = ({ id, jsonrpc }: RequestName): string =>
  `{"id":${JSON.stringify(id)},${jsonrpc === undefined ? '' : `"jsonrpc":${JSON.stringify(jsonrpc)},`}`;

function tailOf(cursor: string, item: object): string {
  const id = JSON.stringify(cursor);
  return `"result":{"type":"data","data":{"id":${id},"data":${textOf(item)}},"id":${id}}}`;
}

const isTracked = (result: Message['result']): result is Tracked =>
  result?.type === 'data' && 'id' in result && typeof result.id === 'string' && typeof result.data.data === 'object';

/** The adapter's JSON byte for byte, with shared texts. `onStarted` is told of a subscription right before its first item is asked for. */
export const sharedEncoder = (onStarted: (name: RequestName) => void = () => undefined): Encoder => ({
  encode(value) {
    const message = value as Message;
    if (message.result?.type === 'started') onStarted(message);
    if (!isTracked(message.result)) return JSON.stringify(message);
    return headOf(message) + tailOf(message.result.id, message.result.data.data);
  },
  decode(data) {
    if (typeof data !== 'string') throw new Error('Frames must be text.');
    return JSON.parse(data) as unknown;
  },
});

interface SharedFrame {
  readonly cursor: string;
  readonly tail: Buffer;
  readonly byHead: Map<string, Buffer>;
}

/** Items whose frames are kept: those that are being sent right now. */
const ITEMS = 32;
/** Clients count their requests, so most subscriptions of one stream have one of a few ids. */
const HEADS = 64;
const frames = new Map<object, SharedFrame>();

/** A whole WebSocket frame with one item of a subscription; equal ones are one Buffer. */
export function itemFrame(head: string, cursor: string, item: object): Buffer {
  const shared = sharedFrame(cursor, item);
  const known = shared.byHead.get(head);
  if (known) return known;
  const made = textFrame(Buffer.from(head), shared.tail);
  if (shared.byHead.size < HEADS) shared.byHead.set(head, made);
  return made;
}

function sharedFrame(cursor: string, item: object): SharedFrame {
  const known = frames.get(item);
  if (known?.cursor === cursor) return known;
  const made = { cursor, tail: Buffer.from(tailOf(cursor, item)), byHead: new Map<string, Buffer>() };
  frames.delete(item);
  frames.set(item, made);
  for (const oldest of frames.keys()) {
    if (frames.size <= ITEMS) break;
    frames.delete(oldest);
  }
  return made;
}

/** FIN and text, as a server sends it: unmasked. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function textFrame(head: Buffer, tail: Buffer): Buffer {
  const length = head.length + tail.length;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + length);
  frame[0] = 0x81;
  frame[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  head.copy(frame, 2 + lengthBytes);
  tail.copy(frame, 2 + lengthBytes + head.length);
  return frame;
}
