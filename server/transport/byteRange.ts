import type { IncomingHttpHeaders } from 'node:http';

/** Both included, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that is asked for of `size` bytes; null for all of them. Several ranges at once, other units and what cannot be
 * read are answered with all, as the standard allows.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  entityTag: string,
  size: number,
): ByteRange | 'unsatisfiable' | null {
  const condition = headers['if-range'];
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  // Part of another file than the one that the caller has the rest of.
  if (condition !== undefined && condition !== entityTag) return null;
  if (from === '')
    return Number(to) === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  return first >= size ? 'unsatisfiable' : { first, last };
}
