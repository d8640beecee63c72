/**
 * A histogram of durations in whole milliseconds whose buckets grow with them: 32 to each doubling. The middle of a bucket is
 * at most 1.6 % from whatever is in it, from a millisecond to centuries; below 64 ms it is exact. Rows are stored under these
 * numbers, so they never change. Integers alone: JavaScript and both databases cut at the same places.
 * @see HdrHistogram, whose buckets these are.
 */
const PER_DOUBLING = 32;
const FIRST_EXPONENT = 5;
/** 2^46 ms are two thousand years. */
const LAST_EXPONENT = 45;
const LONGEST = 2 ** (LAST_EXPONENT + 1) - 1;

/** The place of the highest bit that is set. */
const exponentOf = (value: number): number =>
  value < 2 ** 32 ? 31 - Math.clz32(value) : 63 - Math.clz32(Math.floor(value / 2 ** 32));

/** Clocks of two nodes differ: what seems to end before it began took no time. */
export function bucketOf(durationMs: number): number {
  const value = Math.min(Math.max(0, durationMs), LONGEST);
  if (value < PER_DOUBLING) return value;
  const doubling = exponentOf(value) - FIRST_EXPONENT;
  return PER_DOUBLING * doubling + Math.floor(value / 2 ** doubling);
}

/** The duration that stands for all of a bucket, in ms. */
export function middleOf(bucket: number): number {
  if (bucket < 2 * PER_DOUBLING) return bucket;
  const doubling = Math.floor(bucket / PER_DOUBLING) - 1;
  const width = 2 ** doubling;
  return Math.floor((bucket - PER_DOUBLING * doubling) * width + (width - 1) / 2);
}

/** {@link bucketOf} in SQL, of an integer expression. */
export function bucketSql(durationMs: string): string {
  const cases = Array.from({ length: LAST_EXPONENT - FIRST_EXPONENT + 1 }, (_, doubling) => {
    const below = 2 ** (doubling + FIRST_EXPONENT + 1);
    return `WHEN ${durationMs} < ${below} THEN ${PER_DOUBLING * doubling} + ${durationMs} / ${2 ** doubling}`;
  });
  const top = bucketOf(LONGEST);
  return `CASE WHEN ${durationMs} < 0 THEN 0 WHEN ${durationMs} < ${PER_DOUBLING} THEN ${durationMs} ${cases.join(' ')} ELSE ${top} END`;
}
