import { createHash } from 'node:crypto';
import { streamKey, type StreamRef } from './streamRef.js';

/** Where a reader stands in a stream. On the wire it is opaque text: `<epoch>.<mark of the stream>.<seq>`. */
export interface Cursor {
  /** Which history it counts in: a database made anew or restored has another epoch. */
  readonly epoch: string;
  /** The last event applied; 0 before the first. */
  readonly seq: number;
}

const FORM = /^([0-9a-f-]{36})\.(?:([\w-]{8})\.)?(0|[1-9][0-9]{0,9})$/;
const MARK_LENGTH = 8;
const marks = new WeakMap<StreamRef, string>();

/** The same number means something else in each stream. */
function markOf(stream: StreamRef): string {
  const known = marks.get(stream);
  if (known !== undefined) return known;
  const mark = createHash('sha256').update(streamKey(stream)).digest('base64url').slice(0, MARK_LENGTH);
  marks.set(stream, mark);
  return mark;
}

/** Without a stream it has no mark, as those of before there were marks, and is taken for one of whatever it is sent to. */
export const formatCursor = (epoch: string, seq: number, stream?: StreamRef): string =>
  stream ? `${epoch}.${markOf(stream)}.${seq}` : `${epoch}.${seq}`;

/** Null when the text is not a cursor of this stream. */
export function parseCursor(text: string, stream: StreamRef): Cursor | null {
  const [, epoch, mark, seq] = FORM.exec(text) ?? [];
  if (epoch === undefined || (mark !== undefined && mark !== markOf(stream))) return null;
  return { epoch, seq: Number(seq) };
}
