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

/** The frames of a delivery under one head. Those under another head as long differ in nothing but the head. */
interface Frames {
  readonly bytes: Buffer;
  /** Where the heads begin. */
  readonly places: readonly number[];
  head: FrameHead;
  /** Whether no socket holds the bytes any more, so that they may be written over. */
  isFree: boolean;
}

/** Writes the items from number `from` on, a whole text frame each, in one go. Gives how many bytes that are. */
export function writeItems(socket: Socket, head: FrameHead, delivery: Delivery, from: number): number {
  const { items, readers } = delivery;
  const isShared = from === 0 && readers > 1;
  const frames = isShared ? framesFor(delivery, head) : framesOf(head, items.slice(from));
  socket.write(frames.bytes);
  // What the kernel does not take at once, the socket keeps.
  if (socket.writableLength > 0) frames.isFree = false;
  return frames.bytes.length;
}

/** What was laid out last: those who are sent the same delivery are written to one after the other. */
let latest: Latest | null = null;

interface Latest {
  readonly delivery: Delivery;
  /** One for each length that heads have. */
  readonly all: Frames[];
  /** Those that were written last. */
  frames: Frames;
}

/** For many readers with a name of their own each, to write over the head costs less than to copy all that follows it. */
function framesFor(delivery: Delivery, head: FrameHead): Frames {
  if (latest?.delivery !== delivery) {
    const frames = framesOf(head, delivery.items);
    latest = { delivery, all: [frames], frames };
  } else if (latest.frames.head !== head) latest.frames = framesUnder(head, latest);
  return latest.frames;
}

function framesUnder(head: FrameHead, { delivery, all }: Latest): Frames {
  const known = all.find((frames) => frames.head.bytes.length === head.bytes.length);
  if (known?.head === head) return known;
  if (known?.isFree) {
    for (const place of known.places) known.bytes.set(head.bytes, place);
    known.head = head;
    return known;
  }
  const made = framesOf(head, delivery.items);
  if (known) all.splice(all.indexOf(known), 1, made);
  else all.push(made);
  return made;
}

function framesOf(head: FrameHead, items: readonly SentItem[]): Frames {
  const tails = items.map(tailOf);
  const bytes = Buffer.allocUnsafe(tails.reduce((sum, { length }) => sum + startLength(head, length) + length, 0));
  const places: number[] = [];
  let at = 0;
  for (const tail of tails) {
    const end = writeStart(bytes, at, head, tail.length);
    places.push(end - head.bytes.length);
    bytes.set(tail, end);
    at = end + tail.length;
  }
  return { bytes, places, head, isFree: true };
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
  frames.set(head, next);
  return next + head.length;
}
