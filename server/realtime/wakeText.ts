import { z } from 'zod';
import { audiences } from '../../contract/event.js';
import type { EventRow, Wake } from '../db/wake.js';
import { TRACE_LENGTH } from '../kernel/tracing.js';
import type { StreamRef } from './streamRef.js';

/** Longer ones travel without their events. */
export const CARRIED_BYTES = 16 * 1024;

const Rows: z.ZodType<EventRow[]> = z.array(
  z.object({
    seq: z.int().positive(),
    id: z.string(),
    type: z.string(),
    actor_id: z.string().nullable(),
    actor_name: z.string().nullable(),
    project_id: z.string().nullable(),
    ticket_id: z.string().nullable(),
    audience: z.enum(audiences).exactOptional(),
    reporter_id: z.string().nullable().exactOptional(),
    conversation_id: z.string().nullable().exactOptional(),
    members_of: z.string().nullable().exactOptional(),
    message_id: z.string().nullable().exactOptional(),
    payload: z.string(),
    at: z.iso.datetime(),
    trace: z.string().max(TRACE_LENGTH).exactOptional(),
  }),
);

/** A wake-up as a message: the number, when, and after a blank the events, if they are few and short. `7@1767323045678 […]` */
export function encodeWake({ seq, rows = [], at }: Wake): string {
  const plain = at === undefined ? String(seq) : `${seq}@${at}`;
  if (rows.length === 0) return plain;
  const size = rows.reduce((sum, row) => sum + row.payload.length, 0);
  const text = size > CARRIED_BYTES ? '' : JSON.stringify(rows);
  return text === '' || Buffer.byteLength(text) > CARRIED_BYTES ? plain : `${plain} ${text}`;
}

const FORM = /^(0|[1-9]\d{0,15})(?:@(\d{1,15}))?(?: (.*))?$/s;

/** Null when the text is no wake-up; without events when those cannot be understood. They are looked at when asked for. */
export function decodeWake({ kind, id }: StreamRef, text: string): Wake | null {
  const [, number, moment, carried] = FORM.exec(text) ?? [];
  if (number === undefined) return null;
  const seq = Number(number);
  const at = moment === undefined ? {} : { at: Number(moment) };
  if (carried === undefined) return { kind, id, seq, ...at };
  let rows: readonly EventRow[] | undefined;
  return {
    kind,
    id,
    seq,
    ...at,
    get rows() {
      return (rows ??= carriedRows(carried, { kind, id }, seq));
    },
  };
}

/** Of this stream, of its kind, and none that comes after the number that was told. */
function carriedRows(text: string, { kind, id }: StreamRef, seq: number): readonly EventRow[] {
  try {
    const rows = Rows.parse(JSON.parse(text));
    const fits = (row: EventRow) =>
      row.seq <= seq && (kind === 'project' ? row.project_id === id && row.audience !== undefined : !row.audience);
    return rows.every(fits) ? rows : [];
  } catch {
    return [];
  }
}
