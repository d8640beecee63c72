import type { JsonValue } from '../../../../contract/errors.js';
import type { Scenario } from './comparison.js';

type Numbers = Record<string, number>;

/** Numbers that both sides are asked for page by page, and their sums as scenarios once all pages are through. */
export class Tally {
  private readonly sums: ReadonlyMap<string, { readonly source: Numbers; readonly target: Numbers }>;

  constructor(names: readonly string[]) {
    this.sums = new Map(names.map((name) => [name, { source: {}, target: {} }]));
  }

  add(name: string, source: number, target: number): void {
    this.addTo(name, '', source, target);
  }

  /** The same for one of several groups. */
  addTo(name: string, group: string, source: number, target: number): void {
    const sums = this.sums.get(name);
    if (!sums) throw new Error(`no tally of ${name}`);
    sums.source[group] = (sums.source[group] ?? 0) + source;
    sums.target[group] = (sums.target[group] ?? 0) + target;
  }

  scenarios(): Scenario[] {
    return [...this.sums].map(([name, { source, target }]) => ({
      name,
      source: async () => answer(source),
      target: async () => answer(target),
    }));
  }
}

/** A single number as itself. */
const answer = (numbers: Numbers): JsonValue => {
  const groups = Object.keys(numbers);
  return groups.length <= 1 && (groups[0] ?? '') === '' ? (numbers[''] ?? 0) : { ...numbers };
};
