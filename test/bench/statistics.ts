/** The middle value; of an even number, the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** The least value that `share` (0–1) of the values do not exceed; sorts in place. NaN of none. */
export function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
}

/** The median of each numeric field over repeats of one measurement. */
export function medians<Field extends string>(
  repeats: readonly Readonly<Record<Field, number>>[],
): Record<Field, number> {
  const fields = Object.keys(repeats[0] ?? {}) as Field[];
  return Object.fromEntries(fields.map((field) => [field, median(repeats.map((repeat) => repeat[field]))])) as Record<
    Field,
    number
  >;
}
