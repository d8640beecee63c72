import type { Socket } from 'node:net';
import type { Delivery, SentItem } from '../realtime/sink.js';

/** How a client named its request. */
export interface RequestName {
  readonly id: number | string | null;
  readonly jsonrpc?: '2.0' | undefined;
}

/** How the frames of a subscription begin: the same for all clients that gave it the same name. */
export interface FrameHead {
  readonly text: string;
  readonly bytes: Buffer;
  /** Subscriptions that have it. */
  users: number;
}

/** Clients count their requests, so most subscriptions have one of a few heads. */
const heads = new Map<string, FrameHead>();

/** Until {@link releaseHead}. */
export function holdHead({ id, jsonrpc }: RequestName): FrameHead {
  const text = `{"id":${JSON.stringify(id)},${jsonrpc === undefined ? '' : `"jsonrpc":${JSON.stringify(jsonrpc)},`}`;
  let head = heads.get(text);
  if (!head) heads.set(text, (head = { text, bytes: Buffer.from(text), users: 0 }));
  head.users++;
  return head;
}

export function releaseHead(head: FrameHead): void {
  if (--head.users === 0) heads.delete(head.text);
}

/** For fewer readers than this, a frame of their own costs less than one that is looked up. */
const SHARED_BY = 4;

/** Writes the items from number `from` on, a whole text frame each, in one go. */
export function writeItems(socket: Socket, head: FrameHead, delivery: Delivery, from: number): void {
  const { items, readers } = delivery;
  const [item] = items;
  if (from === 0 && readers >= SHARED_BY && head.users >= SHARED_BY) socket.write(sharedFrames(delivery, head));
  else if (items.length === 1 && item) {
    const tail = tailOf(item);
    socket.cork();
    socket.write(frameStart(head, tail.length));
    socket.write(tail);
    socket.uncork();
  } else socket.write(framesOf(head, items.slice(from)));
}

const framesByHead = new WeakMap<Delivery, Map<FrameHead, Buffer>>();

function sharedFrames(delivery: Delivery, head: FrameHead): Buffer {
  let byHead = framesByHead.get(delivery);
  if (!byHead) framesByHead.set(delivery, (byHead = new Map()));
  let frames = byHead.get(head);
  if (!frames) byHead.set(head, (frames = framesOf(head, delivery.items)));
  return frames;
}

function framesOf(head: FrameHead, items: readonly SentItem[]): Buffer {
  const parts: Buffer[] = [];
  for (const item of items) {
    const tail = tailOf(item);
    parts.push(frameStart(head, tail.length), tail);
  }
  return Buffer.concat(parts);
}

const tails = new WeakMap<object, { readonly cursor: string; readonly bytes: Buffer }>();

/** What follows the head: made once, since readers that are shown the same are handed the same object. */
function tailOf({ cursor, item }: SentItem): Buffer {
  const known = tails.get(item);
  if (known?.cursor === cursor) return known.bytes;
  const id = JSON.stringify(cursor);
  const bytes = Buffer.from(`"result":{"type":"data","data":{"id":${id},"data":${JSON.stringify(item)}},"id":${id}}}`);
  tails.set(item, { cursor, bytes });
  return bytes;
}

/** FIN and text, as a server sends it: unmasked; and the head. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frameStart({ bytes: head }: FrameHead, tailLength: number): Buffer {
  const length = head.length + tailLength;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = Buffer.allocUnsafe(2 + lengthBytes + head.length);
  start[0] = 0x81;
  start[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) start.writeUInt16BE(length, 2);
  if (lengthBytes === 8) start.writeBigUInt64BE(BigInt(length), 2);
  head.copy(start, 2 + lengthBytes);
  return start;
}
