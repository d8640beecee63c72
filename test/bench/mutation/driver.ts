import { answerCalls, exitOnSignal } from '../child.js';
import { percentile } from '../statistics.js';
import { Errands } from '../world.js';
import { openHttp, openWebSocket } from './apiCalls.js';
import { openBare } from './bareCalls.js';
import type { Driven, OpenRequest, RunRequest, TicketCalls, Verb, Way } from './calls.js';
import { openCommand } from './commandCalls.js';

/** A process that does mutations as fast as they are answered, with a fixed number of them at a time. */

type Open = (request: OpenRequest, worker: number) => Promise<TicketCalls>;
const openers: Record<Way, Open> = {
  bare: (request, worker) => openBare(request, worker, 'bare'),
  short: (request, worker) => openBare(request, worker, 'short'),
  command: openCommand,
  http: openHttp,
  simple: openHttp,
  ws: openWebSocket,
};

let errands: Errands | undefined;
let workers: TicketCalls[] = [];
let acknowledged = 0;

type Timed = <Reply>(call: Promise<Reply>) => Promise<Reply>;
const steps: Record<Verb, (calls: TicketCalls, work: Errands, timed: Timed) => Promise<void>> = {
  async reassign(calls, work, timed) {
    const handover = work.handover();
    handover.done(await timed(calls.reassign(handover)));
  },
  async 'claim+status'(calls, work, timed) {
    const ticketId = work.unclaimed();
    await timed(calls.claim(ticketId));
    await timed(calls.begin(ticketId));
  },
  create: async (calls, work, timed) => void (await timed(calls.create(work.project()))),
  comment: async (calls, work, timed) => void (await timed(calls.comment(work.ticket()))),
};

async function run({ verb, ms, atLeast = 0 }: RunRequest): Promise<Driven> {
  const work = errands;
  if (!work) throw new Error('open first');
  const latencies: number[] = [];
  const timed: Timed = async (call) => {
    const started = performance.now();
    const reply = await call;
    latencies.push(performance.now() - started);
    return reply;
  };
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const loop = async (calls: TicketCalls) => {
    while (performance.now() - started < ms || latencies.length < atLeast) await steps[verb](calls, work, timed);
  };
  await Promise.all(workers.map(loop));
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  acknowledged += latencies.length;
  return {
    mutations: latencies.length,
    elapsedMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuUs: user + system,
  };
}

exitOnSignal();
answerCalls({
  async open(request: OpenRequest) {
    errands ??= new Errands(request.seed);
    errands.isHot = request.hot;
    const numbers = Array.from({ length: request.concurrency }, (_, worker) => worker);
    workers = await Promise.all(numbers.map((worker) => openers[request.way](request, worker)));
  },
  run,
  async close() {
    await Promise.all(workers.map((worker) => worker.close()));
    workers = [];
  },
  /** How many mutations were answered with success, in all. */
  acknowledged: () => acknowledged,
});
