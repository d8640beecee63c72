import { newId } from '../../kernel/ids.js';
import type { Deps } from '../../features/deps.js';
import type { Actor } from '../../kernel/actor.js';
import { inOneTransaction } from './oneTransaction.js';
import { refusal } from './refusal.js';

export interface Refused {
  readonly refused: string;
}

/**
 * Applies items in one transaction. When one of them is refused, or anything else ends it, each gets a transaction of its own, so that the
 * refused one spoils no other. `isChange` says of which results something was written.
 * @returns a result or a refusal for each, in their order.
 * @throws what is no item's fault: what was committed stays.
 */
export async function applyTogether<Item, Result extends object>(
  deps: Deps,
  actor: Actor,
  items: readonly Item[],
  apply: (within: Deps, item: Item) => Promise<Result>,
  isChange: (result: Result) => boolean,
): Promise<(Result | Refused)[]> {
  const together = await attempt(deps, actor, items, apply, isChange);
  if ('result' in together) return together.result;
  const results: (Result | Refused)[] = [];
  for (const item of items) {
    const alone = items.length === 1 ? together : await attempt(deps, actor, [item], apply, isChange);
    const reason = 'result' in alone ? null : refusal(alone.undoneBy);
    if ('result' in alone) results.push(...alone.result);
    else if (reason !== null) results.push({ refused: reason });
    else throw alone.undoneBy;
  }
  return results;
}

const attempt = <Item, Result extends object>(
  deps: Deps,
  actor: Actor,
  items: readonly Item[],
  apply: (within: Deps, item: Item) => Promise<Result>,
  isChange: (result: Result) => boolean,
) =>
  inOneTransaction(
    deps,
    actor,
    async (within, keep) => {
      const results: Result[] = [];
      for (const item of items) results.push(await apply(within, item));
      // By it a COMMIT that was not answered is known; where nothing was written, nothing is to be known.
      if (results.some(isChange)) keep(`import:page:${newId()}`);
      return results;
    },
    deps.clock.now(),
  );
