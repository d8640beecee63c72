import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRow } from './logRows.js';

/** A row and its place in the order of time over the whole log; rows of one time in the order of the file. */
export interface PlacedRow {
  readonly row: LogRow;
  readonly place: number;
}
export interface SortedLog {
  readonly size: number;
  /** In the order of time, or case by case and then in the order of time. */
  rows(order: 'time' | 'case'): AsyncGenerator<PlacedRow>;
  /** Removes the temporary file. */
  close(): Promise<void>;
}

const WRITE_BYTES = 256 * 1024;

/**
 * Sorts a log of any length: the rows lie in a temporary file, and memory holds 40 bytes for each, so that commands can follow
 * the clock across the whole file.
 */
export async function sortLog(source: AsyncIterable<LogRow>): Promise<SortedLog> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-import-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const file = await open(join(folder, 'rows.jsonl'), 'w+');
    const index = await spool(source, file).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    return {
      size: index.times.length,
      rows: (order) => inOrder(file, index, order),
      close: async () => {
        await file.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Index {
  readonly times: Float64Array;
  /** Number of the row's case, in the order in which they first appear. */
  readonly cases: Float64Array;
  readonly places: Float64Array;
  readonly lengths: Float64Array;
}

async function spool(source: AsyncIterable<LogRow>, file: FileHandle): Promise<Index> {
  const times = new Numbers();
  const cases = new Numbers();
  const numberOf = new Map<string, number>();
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
    const number = numberOf.get(row.caseId) ?? numberOf.size;
    numberOf.set(row.caseId, number);
    cases.push(number);
    places.push(place);
    lengths.push(bytes.length);
    place += bytes.length;
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes >= WRITE_BYTES) await write();
  }
  await write();
  return { times: times.all(), cases: cases.all(), places: places.all(), lengths: lengths.all() };
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

async function* inOrder(file: FileHandle, index: Index, order: 'time' | 'case'): AsyncGenerator<PlacedRow> {
  const { times, cases, lengths, places } = index;
  const byTime = Uint32Array.from(times.keys());
  byTime.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  const sequence = Uint32Array.from(byTime.keys());
  const caseAt = (place: number) => cases[byTime[place] ?? 0] ?? 0;
  if (order === 'case') sequence.sort((a, b) => caseAt(a) - caseAt(b) || a - b);
  for (const place of sequence) {
    const at = byTime[place] ?? 0;
    const length = lengths[at] ?? 0;
    const { buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, places[at] ?? 0);
    yield { row: JSON.parse(buffer.toString()) as LogRow, place };
  }
}
