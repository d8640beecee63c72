/** What is read of a file, some at a time: a step of a generator for each would take longer than to read it. */
export type Batches<One> = AsyncGenerator<readonly One[]>;

/** So many are read in a turn: what is being written meanwhile waits for no more of them. */
export const TURN_ROWS = 32;

export async function* oneByOne<One>(batches: Batches<One>): AsyncGenerator<One> {
  for await (const batch of batches) yield* batch;
}
