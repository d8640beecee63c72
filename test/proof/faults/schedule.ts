import { randomFrom, weighted } from '../../../seeders/support/random.js';
import type { FaultName } from './catalogue.js';

/** So many faults in a row, each as often as its weight says. */
export function faultsFrom(
  seed: number,
  count: number,
  weights: Readonly<Partial<Record<FaultName, number>>>,
): readonly FaultName[] {
  const random = randomFrom(seed, 3);
  const next = weighted(weights as Readonly<Record<FaultName, number>>);
  return Array.from({ length: count }, () => next(random));
}

/** So many faults, these in turn. */
export const inTurn = (names: readonly FaultName[], count: number): readonly FaultName[] =>
  Array.from({ length: count }, (_, nth) => names[nth % names.length]).filter((name) => name !== undefined);
