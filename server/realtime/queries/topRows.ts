import type { Ticket } from '../../../contract/ticket.js';
import { isSameVersion } from './ticketPool.js';

/** Rows kept beyond the limit, so that most of what leaves is refilled without a read. */
const MARGIN = 16;
/** Small queries keep few. */
export const keptRows = (limit: number): number => limit + Math.min(limit, MARGIN);

export interface RowsChange {
  readonly upserts: readonly Ticket[];
  readonly removes: readonly string[];
}
type Compare = (a: Ticket, b: Ticket) => number;

/**
 * The first rows of all that match, in order: the first `limit` are shown, a few more are kept hidden. Always a true prefix
 * of the whole; what stands behind it is not known.
 */
export class TopRows {
  private rows: Ticket[];

  constructor(
    rows: readonly Ticket[],
    private readonly limit: number,
    private readonly compare: Compare,
  ) {
    this.rows = [...rows];
  }

  get shown(): readonly Ticket[] {
    return this.rows.slice(0, this.limit);
  }

  /**
   * One ticket's step; null on a side that does not match. `total`: how many match after it. Answers what it changed in
   * the shown rows, null when nothing; `refill`, and changes nothing, when the row that has to move up is not known.
   */
  step(before: Ticket | null, after: Ticket | null, total: number): RowsChange | null | 'refill' {
    const from = before ? this.find(before) : -1;
    const others = this.rows.length - (from === -1 ? 0 : 1);
    const isWhole = total - (after ? 1 : 0) === others;
    const to = after ? this.placeOf(after, from, isWhole) : -1;
    const left = others + (to === -1 ? 0 : 1);
    if (left < Math.min(this.limit, total)) return 'refill';
    if (after && to !== -1 && to === from) this.rows[to] = after;
    else if (after && from !== -1 && to !== -1) this.move(from, to, after);
    else if (from !== -1) this.rows.splice(from, 1);
    else if (after && to !== -1) this.rows.splice(to, 0, after);
    const change = this.shownChange(from, to, before);
    if (this.rows.length > keptRows(this.limit)) this.rows.length = keptRows(this.limit);
    return change;
  }

  /** Where the row goes once `from` is taken out; -1 when that is behind what is known. */
  private placeOf(row: Ticket, from: number, isWhole: boolean): number {
    const old = this.rows[from];
    // Still before all that is not known.
    if (old && this.compare(old, row) === 0) return from;
    const among = this.lowerBound(row);
    // The old version of the row itself stands among the others.
    const place = old && from < among ? among - 1 : among;
    const others = this.rows.length - (from === -1 ? 0 : 1);
    return place < others || isWhole ? place : -1;
  }

  private move(from: number, to: number, row: Ticket): void {
    if (from < to) this.rows.copyWithin(from, from + 1, to + 1);
    else this.rows.copyWithin(to + 1, to, from);
    this.rows[to] = row;
  }

  private find(row: Ticket): number {
    // Versions are shared objects, so it is mostly this very one.
    const same = this.rows.indexOf(row);
    if (same !== -1) return same;
    const place = this.lowerBound(row);
    if (place === this.rows.length || this.rows[place]?.id === row.id) return place < this.rows.length ? place : -1;
    return this.rows.findIndex(({ id }) => id === row.id);
  }

  private lowerBound(row: Ticket): number {
    let [low, high] = [0, this.rows.length];
    // Most rows go to an end, or stand behind what is known.
    const [first, last] = [this.rows[0], this.rows[high - 1]];
    if (last && this.compare(last, row) < 0) return high;
    if (first && this.compare(first, row) >= 0) return 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.rows[middle];
      if (known && this.compare(known, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private shownChange(from: number, to: number, row: Ticket | null): RowsChange | null {
    const { limit, rows } = this;
    const [wasShown, isShown] = [from !== -1 && from < limit, to !== -1 && to < limit];
    if (!wasShown && !isShown) return null;
    const shown = isShown ? rows[to] : undefined;
    const pulledUp = wasShown && !isShown ? rows[limit - 1] : undefined;
    const gone = wasShown && !isShown ? row?.id : undefined;
    const pushedOut = !wasShown && isShown ? rows[limit]?.id : undefined;
    return { upserts: listOf(shown, pulledUp), removes: listOf(gone, pushedOut) };
  }
}

/** A list that takes no more room than it needs: one is kept of each step of each query. */
const listOf = <Item>(first: Item | undefined, second: Item | undefined): readonly Item[] =>
  first === undefined ? (second === undefined ? nothing : [second]) : second === undefined ? [first] : [first, second];
const nothing: readonly never[] = [];

/** What leads from one list to another; null when they are equal. */
export function rowsBetween(from: readonly Ticket[], to: readonly Ticket[]): RowsChange | null {
  const known = new Map(from.map((row) => [row.id, row]));
  const upserts = to.filter((row) => {
    const old = known.get(row.id);
    known.delete(row.id);
    return !old || !isSameVersion(old, row);
  });
  const removes = [...known.keys()];
  return upserts.length + removes.length === 0 ? null : { upserts, removes };
}
