import type { RowFields, RowPair } from './comparison.js';

export interface KeyedFields {
  readonly key: string;
  readonly fields: RowFields;
}
type Pages = AsyncIterable<readonly KeyedFields[]>;
const PAGE_PAIRS = 500;

/**
 * Two sides that each give their rows in the order of their keys, compared by their bytes, and each key once, as pairs. Holds one page of each.
 * @throws one of them is not in order.
 */
export async function* mergedPairs(source: Pages, target: Pages): AsyncGenerator<RowPair[]> {
  const [left, right] = [rowsOf(source, 'source'), rowsOf(target, 'target')];
  let [a, b] = [await left.next(), await right.next()];
  let page: RowPair[] = [];
  while (!a.done || !b.done) {
    const order = a.done ? 1 : b.done ? -1 : compareBytes(a.value.key, b.value.key);
    const [from, to] = [order <= 0 && !a.done ? a.value : null, order >= 0 && !b.done ? b.value : null];
    page.push({ key: (from ?? to)?.key ?? '', source: from?.fields ?? null, target: to?.fields ?? null });
    if (from) a = await left.next();
    if (to) b = await right.next();
    if (page.length === PAGE_PAIRS) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

async function* rowsOf(pages: Pages, side: string): AsyncGenerator<KeyedFields, undefined> {
  let last: string | undefined;
  for await (const page of pages)
    for (const row of page) {
      if (last !== undefined && compareBytes(last, row.key) >= 0)
        throw new Error(`the ${side} is not in the order of its keys: ${row.key} after ${last}`);
      last = row.key;
      yield row;
    }
  return undefined;
}

/** As both databases order keys: by code points, not by the units that JavaScript compares. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const isPlain = /^[\0-\uD7FF]*$/;
  if (isPlain.test(a) && isPlain.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
