import type { AccessFacts } from '../../../server/features/auth/accessFacts.js';
import { PersonAccess } from '../../../server/realtime/access.js';

/** What a node could take people for if it did not look again: with each of them the runner must find violations. */
export const plants = {
  /** What they were when they came. */
  asTheyCame: (facts) => facts,
  /** The same, and administrators besides: then tickets and comments that were withdrawn are theirs to see. */
  administrators: (facts) => ({ ...facts, role: 'ADMIN' }),
} satisfies Record<string, (first: AccessFacts) => AccessFacts>;

export type Plant = keyof typeof plants;

/** From now on the first facts that this process reads of a person are those that count. */
export function plant(name: Plant): void {
  const facts = Object.getOwnPropertyDescriptor(PersonAccess.prototype, 'facts');
  const first = new WeakMap<PersonAccess, AccessFacts>();
  Object.defineProperty(PersonAccess.prototype, 'facts', {
    get(this: PersonAccess): AccessFacts | null {
      const known = first.get(this);
      if (known) return known;
      const now = facts?.get?.call(this) as AccessFacts | null;
      if (now) first.set(this, plants[name](now));
      return first.get(this) ?? null;
    },
  });
}
