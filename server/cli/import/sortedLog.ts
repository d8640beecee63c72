import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRow } from './logRows.js';

/** A log's rows in the order of their times, rows of one time in the order of the file. */
export interface SortedLog {
  readonly size: number;
  rows(): AsyncGenerator<LogRow>;
  /** Removes the temporary file. */
  close(): Promise<void>;
}

const WRITE_BYTES = 256 * 1024;

/**
 * Sorts a log of any length: the rows lie in a temporary file, and memory holds 28 bytes for each,
 * so that commands can follow the clock across the whole file.
 */
export async function sortLog(source: AsyncIterable<LogRow>): Promise<SortedLog> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-import-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const file = await open(join(folder, 'rows.jsonl'), 'w+');
    const index = await spool(source, file).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    const order = Uint32Array.from(index.times.keys());
    order.sort((a, b) => (index.times[a] ?? 0) - (index.times[b] ?? 0) || a - b);
    return {
      size: order.length,
      rows: () => inOrder(file, index, order),
      close: async () => {
        await file.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Index {
  readonly times: Float64Array;
  readonly places: Float64Array;
  readonly lengths: Float64Array;
}

async function spool(source: AsyncIterable<LogRow>, file: FileHandle): Promise<Index> {
  const times = new Numbers();
  const places = new Numbers();
  const lengths = new Numbers();
  let place = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const write = async () => {
    await file.write(Buffer.concat(waiting));
    [waiting, waitingBytes] = [[], 0];
  };
  for await (const row of source) {
    const bytes = Buffer.from(JSON.stringify(row));
    times.push(row.at);
    places.push(place);
    lengths.push(bytes.length);
    place += bytes.length;
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes >= WRITE_BYTES) await write();
  }
  await write();
  return { times: times.all(), places: places.all(), lengths: lengths.all() };
}

/** A list of numbers at 8 bytes each. */
class Numbers {
  private held = new Float64Array(1024);
  private length = 0;

  push(value: number): void {
    if (this.length === this.held.length) {
      const wider = new Float64Array(this.held.length * 2);
      wider.set(this.held);
      this.held = wider;
    }
    this.held[this.length++] = value;
  }

  all(): Float64Array {
    return this.held.subarray(0, this.length);
  }
}

async function* inOrder(file: FileHandle, index: Index, order: Uint32Array): AsyncGenerator<LogRow> {
  for (const at of order) {
    const length = index.lengths[at] ?? 0;
    const { buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, index.places[at] ?? 0);
    yield JSON.parse(buffer.toString()) as LogRow;
  }
}
