import type { Team } from '../../support/people.js';
import type { World } from '../../support/world.js';

export interface Parts {
  readonly app: World;
  readonly project: { readonly id: string; readonly key: string };
  readonly team: Team;
  /** Whether everything is made once, or anew each time. */
  readonly isShared: boolean;
  /** What tickets and comments say. */
  readonly word?: string;
}

/** What things are made of in a place, and how often. */
export interface Making extends Parts {
  readonly one: <Thing>(name: string, make: () => Promise<Thing>) => Promise<Thing>;
}

export function makingIn(parts: Parts): Making {
  const known = new Map<string, Promise<unknown>>();
  return {
    ...parts,
    one: <Thing>(name: string, make: () => Promise<Thing>): Promise<Thing> => {
      if (!parts.isShared) return make();
      const thing = (known.get(name) as Promise<Thing> | undefined) ?? make();
      known.set(name, thing);
      return thing;
    },
  };
}

let made = 0;
/** For names that may be there only once. */
export const nextNumber = (): number => ++made;
