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
    const start = Buffer.allocUnsafe(startLength(head, tail.length));
    writeStart(start, 0, head, tail.length);
    socket.cork();
    socket.write(start);
    socket.write(tail);
    socket.uncork();
  } else socket.write(framesOf(head, from === 0 ? items : items.slice(from)));
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
  const tails = items.map(tailOf);
  const frames = Buffer.allocUnsafe(tails.reduce((sum, { length }) => sum + startLength(head, length) + length, 0));
  let at = 0;
  for (const tail of tails) {
    at = writeStart(frames, at, head, tail.length);
    tail.copy(frames, at);
    at += tail.length;
  }
  return frames;
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

/** So long is what {@link writeStart} writes. */
function startLength({ bytes: head }: FrameHead, tailLength: number): number {
  const length = head.length + tailLength;
  return head.length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
}

/**
 * FIN and text, as a server sends it: unmasked; and the head. Gives where the tail begins.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
function writeStart(frames: Buffer, at: number, { bytes: head }: FrameHead, tailLength: number): number {
  const length = head.length + tailLength;
  let next = frames.writeUInt8(0x81, at);
  if (length < 126) next = frames.writeUInt8(length, next);
  else if (length < 65_536) next = frames.writeUInt16BE(length, frames.writeUInt8(126, next));
  else next = frames.writeBigUInt64BE(BigInt(length), frames.writeUInt8(127, next));
  return next + head.copy(frames, next);
}
