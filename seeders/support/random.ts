/** A stream of numbers that depends on its seed alone: the same on every machine and in every version of Node. */
export interface Random {
  /** 0 ≤ value < 1, in steps of 2⁻³². */
  next(): number;
  /** 0 ≤ value < bound, an integer. */
  below(bound: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
}

/** Mixes two numbers into one of 32 bits, so that neighbours share nothing (the finaliser of MurmurHash3). */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @see Chris Doty-Humphrey's sfc32, which passes PractRand; 32-bit arithmetic only. */
export function randomFrom(seed: number, stream = 0): Random {
  let [a, b, c, counter] = [mix(seed, stream), mix(stream, seed ^ 0x5bd1e995), mix(seed, ~stream), 1];
  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 8; warm++) bits();
  const next = () => bits() / 4_294_967_296;
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    chance: (probability) => next() < probability,
  };
}

const hex = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));
const hexOf = (value: number): string => hex[value] ?? '';

/** A UUIDv7 of that moment whose other bits come from `random`. */
export function idAt(momentMs: number, random: Random): string {
  const high = Math.floor(momentMs / 65_536);
  const time = `${hexOf(high >>> 16)}${hexOf(high & 65_535)}-${hexOf(momentMs % 65_536)}`;
  const version = hexOf(0x7000 | random.below(0x1000));
  const variant = hexOf(0x8000 | random.below(0x4000));
  const [a, b] = [random.below(0x100000000), random.below(0x10000)];
  return `${time}-${version}-${variant}-${hexOf(a >>> 16)}${hexOf(a & 65_535)}${hexOf(b)}`;
}

/** One of the keys, each as often as its weight says. */
export function weighted<Key extends string>(weights: Readonly<Record<Key, number>>): (random: Random) => Key {
  const entries = Object.entries(weights) as [Key, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return (random) => {
    let left = random.next() * total;
    for (const [key, weight] of entries) if ((left -= weight) < 0) return key;
    throw new Error('weights must be positive');
  };
}
