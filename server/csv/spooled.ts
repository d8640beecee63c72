import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { limits } from '../../contract/limits.js';
import { AppError } from '../kernel/errors.js';
import { tooLargeTable } from './tableFile.js';

/** A table on its way; nothing of it is read yet. */
export interface SentBytes {
  readonly bytes: Readable;
  /** Of bytes without a mark. */
  readonly encoding: string;
}

/**
 * Keeps what comes in a file for as long as `work` reads it: nothing is taken over of a table that does not come whole, and memory
 * holds none of it.
 * @throws PAYLOAD_TOO_LARGE; UNAVAILABLE it broke off; and what `work` throws.
 */
export async function spooled<Result>(bytes: Readable, work: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-table-'));
  const file = join(folder, 'table.csv');
  try {
    await keep(bytes, file);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The source is left as it is, not destroyed: whoever sent too much is still to be told so on the same connection. */
async function keep(bytes: Readable, file: string): Promise<void> {
  const gate = bounded();
  const forget = finished(bytes, { writable: false }, (error) => {
    if (error) gate.destroy(new AppError('UNAVAILABLE', 'The table broke off.'));
  });
  try {
    bytes.pipe(gate);
    await pipeline(gate, createWriteStream(file));
  } finally {
    forget();
    bytes.unpipe(gate);
    bytes.pause();
  }
}

function bounded(): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size <= limits.csvBytes) done(null, chunk);
      else done(tooLargeTable());
    },
  });
}
