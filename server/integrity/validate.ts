import { assignmentChecks } from './assignmentChecks.js';
import { walkOf, type Check, type Place, type Walk } from './check.js';
import { fieldChecks } from './fieldChecks.js';
import { commentFolds } from './foldComments.js';
import { ticketFolds } from './foldTickets.js';
import { recordChecks } from './recordChecks.js';
import { references, soundness } from './references.js';
import { messageWalk } from './searchWords.js';
import { sqliteWords } from './sqliteWords.js';
import { statisticsChecks } from './statisticsChecks.js';
import { attachmentChecks, storedFiles } from './storedFiles.js';
import { talkChecks } from './talkChecks.js';
import { ticketChecks } from './ticketChecks.js';
import { validationChecks } from './validationChecks.js';

const rules = [
  ...assignmentChecks,
  ...ticketChecks,
  ...talkChecks,
  ...recordChecks,
  ...statisticsChecks,
  ...fieldChecks,
  ...attachmentChecks,
  ...validationChecks,
];
const walks: readonly Walk[] = [
  soundness,
  references,
  ...rules.map(walkOf),
  ticketFolds,
  commentFolds,
  messageWalk,
  sqliteWords,
  storedFiles,
];

/** Everything that is looked at, in this order. */
export const allChecks: readonly Check[] = walks.flatMap(({ checks }) => checks);

export interface Finding extends Check {
  readonly count: number;
  readonly examples: readonly string[];
}
interface Options {
  /** How many examples of each check. */
  readonly examples?: number;
  /** Told how many walks of how many are done. */
  readonly progress?: (done: number, of: number) => void;
}

/**
 * Looks for everything in which a database contradicts itself. Only what is broken is in the answer: none, all is well. Reads all of it, a page
 * at a time; `place.all` must be of one moment, or what is written meanwhile looks like a contradiction.
 */
export async function validate(place: Place, { examples = 5, progress }: Options = {}): Promise<Finding[]> {
  const found = new Map<string, { count: number; examples: string[] }>();
  const tell = (check: string, what: string, count = 1) => {
    const of = found.get(check) ?? { count: 0, examples: [] };
    found.set(check, of);
    of.count += count;
    if (of.examples.length < examples && what !== '') of.examples.push(what);
  };
  for (const [done, { walk }] of walks.entries()) {
    progress?.(done, walks.length);
    await walk(place, tell);
  }
  progress?.(walks.length, walks.length);
  return allChecks.flatMap((check) => {
    const of = found.get(check.name);
    return of ? [{ ...check, ...of }] : [];
  });
}
