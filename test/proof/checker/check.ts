import type { History } from '../history/lines.js';
import { checkTold } from './answers.js';
import { checkEffects } from './effects.js';
import { checkDrains, checkLive } from './liveness.js';
import { checkChain } from './order.js';
import { checkAssign, checkFold, checkSecrets } from './state.js';
import { checkStreams } from './streams.js';
import type { Check, Violation } from './violation.js';

const checks: readonly Check[] = [
  checkEffects,
  checkChain,
  checkStreams,
  checkFold,
  checkAssign,
  checkSecrets,
  checkLive,
  checkDrains,
  checkTold,
];

/** Everything in which the history breaks a promise; empty when all is well. */
export const checkHistory: Check = (history: History): Violation[] => checks.flatMap((check) => check(history));
