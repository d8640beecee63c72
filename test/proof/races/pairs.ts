import { mutationNames, mutations, type Mutation, type MutationName } from './mutations.js';
import { outcomeOf } from './outcome.js';
import type { Answer } from './racers.js';
import { first, writerOf, type Ring, type Round } from './rounds.js';
import { act, begin, type Pair, type Sides } from './starts.js';

/** So many pairs race at a time, each over a ticket of its own. */
const AT_ONCE = 6;
/** So many of the pairs are a sample. */
const SOME = 60;

const everyPair: readonly Pair[] = mutationNames.flatMap((a, nth) => mutationNames.slice(nth).map((b): Pair => [a, b]));

/** B6: all pairs of mutations at once, each on one ticket: what is told and what is there is as after one of the two orders. */
export const allPairs: Round = (ring, nth) => raceAll(ring, everyPair, nth);

/** The same for some of them, others with each seed. */
export const somePairs: Round = (ring, nth) => {
  const drawn = everyPair.map((pair) => ({ pair, at: ring.random.next() })).toSorted((a, b) => a.at - b.at);
  return raceAll(
    ring,
    drawn.slice(0, SOME).map(({ pair }) => pair),
    nth,
  );
};

/** The same for what merges two tickets and what changes one of them. */
export const mergers: Round = (ring, nth) => {
  const names = new Set<MutationName>(['absorb', 'merge', 'tag', 'fields']);
  return raceAll(
    ring,
    everyPair.filter((pair) => pair.every((name) => names.has(name))),
    nth,
  );
};

async function raceAll(ring: Ring, pairs: readonly Pair[], nth: number): Promise<void> {
  for (let from = 0; from < pairs.length; from += AT_ONCE)
    await Promise.all(pairs.slice(from, from + AT_ONCE).map((pair) => racePair(ring, pair, nth)));
}

async function racePair(ring: Ring, pair: Pair, nth: number): Promise<void> {
  const name = pair.join(' and ');
  const right = await Promise.all([inTurn(ring, pair, [0, 1]), inTurn(ring, pair, [1, 0])]);
  const start = await begin(ring, pair, `${pair.join('-')}-${nth}`);
  const answers = await Promise.all([call(ring, pair, start, 0), call(ring, pair, start, 1)]);
  const seen = await outcomeOf(ring, start, answers);
  if (!right.includes(seen)) ring.wrong('CHAIN', `${name} at once ${nth}: ${seen}, and not ${right.join(' or ')}`);
}

/** What comes of one after the other: asked once. */
function inTurn(ring: Ring, pair: Pair, order: readonly [0 | 1, 0 | 1]): Promise<string> {
  const name = `${pair.join('-')}-${order.join('')}`;
  let known = ring.serial.get(name);
  if (!known) ring.serial.set(name, (known = runInTurn(ring, pair, order, name)));
  return known;
}

async function runInTurn(ring: Ring, pair: Pair, order: readonly [0 | 1, 0 | 1], name: string): Promise<string> {
  const start = await begin(ring, pair, `serial-${name}`);
  const answers: Answer[] = [];
  for (const side of order) answers[side] = await call(ring, pair, start, side);
  return outcomeOf(ring, start, answers);
}

function call(ring: Ring, pair: Pair, sides: Sides, side: 0 | 1): Promise<Answer> {
  const mutation = mutations[pair[side]] as Mutation;
  const by = mutation.isByMaker ? first(ring.cast) : writerOf(ring.cast.writers, 1 + side);
  return act(ring, by, mutation, sides[side], pair.includes('move'));
}
