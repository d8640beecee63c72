import { explain, theirs } from '../board/explain.js';
import { isBatonError } from '../sdk.js';

/** Why an edited comment was not saved. */
export interface Refusal {
  readonly problem: string;
  /** What somebody else made of it meanwhile, and the version that has it: whoever has read it may save on top of that. */
  readonly theirs: { readonly content: string; readonly version: number } | null;
}

export const noWords: Refusal = { problem: 'A comment needs some words.', theirs: null };

export function refusalOf(error: unknown): Refusal {
  const details = isBatonError(error, 'CONFLICT') ? error.details : {};
  const [content, version] = [theirs(details['fields'], 'content'), details['currentVersion']];
  if (typeof content !== 'string' || typeof version !== 'number')
    return { problem: explain(error, 'The comment'), theirs: null };
  const problem = 'Somebody else changed this comment meanwhile, to what stands below. Saving puts yours in its place.';
  return { problem, theirs: { content, version } };
}
