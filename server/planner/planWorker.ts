import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../kernel/errors.js';
import type { JobReply, Order } from './job.js';
import { judgeDrafts, makePlan } from './makePlan.js';
import { loadSolver } from './solver.js';

/** Does one job and ends. What is thrown on purpose is an answer; anything else ends the thread with an error. */
const { job, compiled } = workerData as Order;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
parentPort?.postMessage(await reply());

async function reply(): Promise<JobReply> {
  const solver = await loadSolver(compiled);
  try {
    const value =
      job.kind === 'plan' ? makePlan(job.input, job.strategy, solver) : judgeDrafts(job.input, job.drafts, solver);
    return { isDone: true, value };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { isDone: false, code: error.code, message: error.message, details: error.details };
  }
}
