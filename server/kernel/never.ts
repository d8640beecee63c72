/** Makes a `switch` exhaustive: a new case stops compiling until it is handled. */
export function never(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
