/** Where a reader stands in a stream. On the wire it is opaque text: `<epoch>.<seq>`. */
export interface Cursor {
  /** Which history it counts in: a database made anew or restored has another epoch. */
  readonly epoch: string;
  /** The last event applied; 0 before the first. */
  readonly seq: number;
}

const FORM = /^([0-9a-f-]{36})\.(0|[1-9][0-9]{0,9})$/;

export const formatCursor = (epoch: string, seq: number): string => `${epoch}.${seq}`;

/** Null when the text is not a cursor. */
export function parseCursor(text: string): Cursor | null {
  const [, epoch, seq] = FORM.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, seq: Number(seq) };
}
