import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Plan, PlanStrategy } from '../../contract/plan.js';
import { AppError } from '../kernel/errors.js';
import { compileSolver, type CompiledSolver } from './compiledSolver.js';
import type { Job, JobReply, Order } from './job.js';
import type { Draft, DraftsReport, Planner } from './plan.js';
import type { PlanInput } from './planInput.js';

export interface PlannerOptions {
  /** Calls that wait while another one is worked on; beyond that they are refused. */
  readonly queueLength?: number;
  /** Of JavaScript's own memory; the solver's has its own bound, 4 GiB. A thread that needs more ends, and the process goes on. */
  readonly memoryMb?: number;
  /** After this long a thread is taken for stuck. No plan depends on it: it is made, or it is refused. */
  readonly patienceMs?: number;
  /** Told why a thread broke down, which callers are not. */
  readonly onBroken?: (error: Error) => void;
  /** The program of the thread, for tests. */
  readonly program?: URL;
}

/** Compiled beside compiled code, as source beside source. */
const extension = extname(fileURLToPath(import.meta.url));
const planWorker = new URL(`./planWorker${extension}`, import.meta.url);

/**
 * Each call gets a thread of its own, so none depends on what another left behind, and all the memory that it needed is given back.
 * They run one after the other: a plan is all arithmetic, and takes a core.
 */
export function createPlanner({
  queueLength = 8,
  memoryMb = 1_024,
  patienceMs = 600_000,
  onBroken = () => undefined,
  program = planWorker,
}: PlannerOptions = {}): Planner {
  const inTurn = pLimit(1);
  const closing = new AbortController();
  // Optimising the solver's code is two thirds of what a small plan costs: it is done once.
  let compiling: Promise<CompiledSolver> | null = null;
  const run = async (job: Job): Promise<Plan | DraftsReport> => {
    if (closing.signal.aborted) throw unavailable('The planner is closing.');
    if (inTurn.pendingCount >= queueLength) throw unavailable('Too many plans are being made. Try again later.');
    return inTurn(async () => {
      const compiled = await (compiling ??= compileSolver());
      return runInThread({ job, compiled }, { program, memoryMb, patienceMs, onBroken, closing: closing.signal });
    });
  };
  return {
    plan: (input: PlanInput, strategy: PlanStrategy = 'OPTIMAL') =>
      run({ kind: 'plan', input, strategy }) as Promise<Plan>,
    scoreDrafts: (input: PlanInput, drafts: readonly Draft[]) =>
      run({ kind: 'drafts', input, drafts }) as Promise<DraftsReport>,
    close: async () => {
      closing.abort();
      await inTurn(() => undefined);
    },
  };
}

const unavailable = (message: string): AppError => new AppError('UNAVAILABLE', message);

/** Source needs the loader that developers and tests have, and Node 20 gives a thread none by `execArgv`. */
function loadable(program: URL): URL {
  if (!program.pathname.endsWith('.ts')) return program;
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const script = `import { register } from ${loader}; register(); await import(${JSON.stringify(program.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

interface Thread extends Required<Pick<PlannerOptions, 'program' | 'memoryMb' | 'patienceMs' | 'onBroken'>> {
  readonly closing: AbortSignal;
}

async function runInThread(order: Order, thread: Thread): Promise<Plan | DraftsReport> {
  const { program, memoryMb, closing } = thread;
  if (closing.aborted) throw unavailable('The planner is closing.');
  const worker = new Worker(loadable(program), {
    workerData: order,
    // Some flags of the process are refused for a file.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  try {
    const reply = await replyOf(worker, thread);
    if (reply.isDone) return reply.value;
    throw new AppError(reply.code, reply.message, reply.details);
  } finally {
    await worker.terminate();
  }
}

function replyOf(worker: Worker, { patienceMs, closing, onBroken }: Thread): Promise<JobReply> {
  return new Promise((resolve, reject) => {
    const refuse = (message: string) => () => reject(unavailable(message));
    const timer = setTimeout(refuse('The plan took too long.'), patienceMs);
    const onClose = refuse('The planner is closing.');
    closing.addEventListener('abort', onClose, { once: true });
    worker.once('message', resolve);
    worker.once('error', (error: Error & { readonly code?: string }) => {
      onBroken(error);
      const isTooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(unavailable(isTooLarge ? 'The plan needs too much memory.' : 'The planner broke down.'));
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      closing.removeEventListener('abort', onClose);
      reject(unavailable('The planner broke down.'));
    });
  });
}
