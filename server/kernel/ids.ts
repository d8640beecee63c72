import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;
/** Fetched for many ids at a time: one by one that is most of what an id costs. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;
const bytes = Buffer.alloc(ID_BYTES);
let [lastMs, seq] = [-Infinity, 0];

/** UUIDv7: sorts by creation, monotonic within this process. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += ID_BYTES));
  const now = Date.now();
  if (now > lastMs) [lastMs, seq] = [now, random.readUInt32BE(6) >>> 1];
  else {
    seq = (seq + 1) | 0;
    // All numbers of this millisecond are taken.
    if (seq === 0) lastMs++;
  }
  return textOf(v7({ random, msecs: lastMs, seq }, bytes));
}

function textOf(id: Buffer): string {
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The smallest UUIDv7 of a moment: every id made earlier sorts before it. */
export const firstIdAt = (moment: Date): string => {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
