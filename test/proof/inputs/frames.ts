import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { upgrade } from '../../transport/anApp.js';
import { withBystander } from './bystander.js';
import type { Stage } from './stage.js';

export interface FramesReport {
  frames: number;
  sockets: number;
  /** How sockets ended: the close code that the server sent, or without one. */
  readonly ends: Record<string, number>;
}

interface Frame {
  readonly first: number;
  readonly masked: boolean;
  /** What is said to be its length, where that is not so. */
  readonly lies: number | null;
  readonly payload: Uint8Array;
}

function bytesOf({ first, masked, lies, payload }: Frame): Buffer {
  const length = lies ?? payload.length;
  const mask = masked ? 0x80 : 0;
  const size = Buffer.alloc(length < 126 ? 1 : length < 65_536 ? 3 : 9);
  size[0] = mask | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (size.length === 3) size.writeUInt16BE(length, 1);
  if (size.length === 9) size.writeBigUInt64BE(BigInt(length), 1);
  const key = [7, 77, 177, 217];
  const body = masked ? payload.map((byte, at) => byte ^ (key[at % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first]), size, Buffer.from(masked ? key : []), body]);
}

const CONT = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FIN = 0x80;

const small = fc.uint8Array({ maxLength: 125 });
const words = fc
  .oneof(
    fc.constantFrom(
      'PING',
      'PONG',
      '',
      '{}',
      '[]',
      'null',
      '{',
      '[[[[',
      '{"id":1}',
      '{"id":1,"method":"subscription.stop"}',
    ),
    fc.constantFrom('{"id":1,"method":"query","params":{"path":"auth.me"}}', '{"method":"connectionParams","data":5}'),
    fc.string({ maxLength: 60 }),
  )
  .map((text) => new TextEncoder().encode(text));
const frame = (first: fc.Arbitrary<number>, payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Frame> =>
  fc.record({ first, masked: fc.constant(true), lies: fc.constant(null), payload });

/** What the protocol allows, whatever it says. */
const allowed = fc.oneof(
  { weight: 4, arbitrary: frame(fc.constant(FIN | TEXT), words) },
  { weight: 2, arbitrary: frame(fc.constant(FIN | BINARY), small) },
  { weight: 3, arbitrary: frame(fc.constantFrom(FIN | PING, FIN | PONG), small) },
);
/** A message in pieces, with others between them, and perhaps too many of them. */
const pieces = fc
  .tuple(fc.constantFrom(TEXT, BINARY), fc.integer({ min: 0, max: 80 }), fc.boolean())
  .map(([kind, count, isFinished]): Frame[] => {
    const piece = (first: number): Frame => ({ first, masked: true, lies: null, payload: new Uint8Array([120]) });
    const middle = Array.from({ length: count }, (_, nth) => piece(nth % 9 === 8 ? FIN | PING : CONT));
    return [piece(kind), ...middle, ...(isFinished ? [piece(FIN | CONT)] : [])];
  });
const closing = (code: number, reason: readonly number[] = []) => new Uint8Array([code >> 8, code & 255, ...reason]);
/** What ends a socket, if the server is right. */
const forbidden: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ first: fc.nat(255), masked: fc.boolean(), lies: fc.option(fc.nat(70_000)), payload: small }),
  frame(fc.constantFrom(0xf1, 0xc1, 0xa1, 0x91, 0xc0, 0xf8, 0xc9), small),
  frame(fc.constantFrom(0x83, 0x87, 0x8b, 0x8f, 0x08, 0x09, 0x0a), small),
  frame(
    fc.constant(FIN | TEXT),
    fc.constantFrom(new Uint8Array([0xff]), new Uint8Array([0xc0, 0xaf]), new Uint8Array([0xed, 0xa0, 0x80])),
  ),
  frame(fc.constantFrom(FIN | PING, FIN | CLOSE), fc.constant(new Uint8Array(126))),
  frame(fc.constant(FIN | TEXT), fc.constant(new Uint8Array(65_537).fill(91))),
  frame(
    fc.constant(FIN | CLOSE),
    fc.constantFrom(
      new Uint8Array([3]),
      new Uint8Array(0),
      ...[0, 999, 1000, 1004, 1005, 1006, 1015, 2999, 4001, 5000, 65_535].map((code) => closing(code)),
      closing(1000, [0xff, 0xfe]),
    ),
  ),
  fc.record({
    first: fc.constantFrom(FIN | TEXT, FIN | BINARY, TEXT),
    masked: fc.boolean(),
    lies: fc.constantFrom(65_536, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 100),
    payload: small,
  }),
);

interface Visit {
  readonly path: string;
  readonly signsIn: boolean;
  readonly frames: Frame[];
  readonly cut: number;
  readonly leaves: 'waits' | 'resets' | 'ends';
}
const visit: fc.Arbitrary<Visit> = fc.record({
  path: fc.constantFrom('/trpc', '/trpc', '/trpc?connectionParams=1', '/other', '/trpc/x'),
  signsIn: fc.boolean(),
  frames: fc
    .tuple(
      fc.array(fc.oneof({ weight: 6, arbitrary: allowed.map((one) => [one]) }, { weight: 1, arbitrary: pieces }), {
        minLength: 5,
        maxLength: 90,
      }),
      fc.array(forbidden, { maxLength: 3 }),
    )
    .map(([fine, bad]) => [...fine.flat(), ...bad]),
  cut: fc.nat(100),
  leaves: fc.constantFrom('waits', 'waits', 'resets', 'ends'),
});

const AT_ONCE = 12;
const ANSWER_MS = 150;

async function pay(stage: Stage, { path, signsIn, frames, cut, leaves }: Visit, token: string, report: FramesReport) {
  const { socket, received } = await upgrade(stage.url, path, signsIn ? { Authorization: `Bearer ${token}` } : {});
  const bytes = Buffer.concat(frames.map(bytesOf));
  const at = Math.floor((bytes.length * cut) / 100);
  for (const part of [bytes.subarray(0, at), bytes.subarray(at)])
    if (!socket.destroyed) await new Promise<void>((resolve) => socket.write(part, () => resolve()));
  report.frames += frames.length;
  report.sockets++;
  const closed = socket.destroyed ? Promise.resolve() : once(socket, 'close').then(() => undefined);
  if (leaves === 'resets') socket.resetAndDestroy();
  else if (leaves === 'ends') socket.end();
  await Promise.race([closed, sleep(ANSWER_MS)]);
  const end = leaves === 'resets' ? 'reset by us' : endOf(received(), socket.destroyed);
  report.ends[end] = (report.ends[end] ?? 0) + 1;
  socket.destroy();
}

/** The server's close frame is the last thing that it says. */
function endOf(received: Buffer, isClosed: boolean): string {
  if (!received.includes('HTTP/1.1 101')) return 'refused upgrade';
  const at = received.lastIndexOf(FIN | CLOSE);
  const length = received[at + 1];
  const isClose = at >= 0 && length !== undefined && at + 2 + length === received.length;
  if (isClose) return length >= 2 ? String(received.readUInt16BE(at + 2)) : 'closed without a code';
  return isClosed ? 'closed' : 'still open';
}

/** Bytes that are hardly frames, over many sockets. */
export async function sendFrames(stage: Stage, count: number, seed: number, slowMs: number): Promise<FramesReport> {
  const report: FramesReport = { frames: 0, sockets: 0, ends: {} };
  const token = await stage.adminToken();
  await withBystander(stage, slowMs, 'frames', async () => {
    for (let nth = 0; report.frames < count; nth++) {
      const visits = fc.sample(visit, { numRuns: AT_ONCE, seed: seed + nth });
      await Promise.all(visits.map((one) => pay(stage, one, token, report).catch(() => undefined)));
      await stage.demandAlive(`frames, seed ${seed}, round ${nth}`);
    }
  });
  return report;
}
