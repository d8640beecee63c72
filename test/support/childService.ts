import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalTree } from './processTree.js';
import { startGuard, type Guard } from './guard.js';

/** A server that tests started and may kill and start again; its address stays the same. */
export interface ChildService {
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now; null when it is down. */
  readonly pid: number | null;
  /** Begins again after `stop` or `kill`, on the same port and data; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it in order, or as this signal does. Does nothing when it is down. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it as a crash would (SIGKILL). Does nothing when it is down. */
  kill(): Promise<void>;
  /** Sends it this signal. Does nothing when it is down. */
  signal(signal: NodeJS.Signals): void;
  /** Keeps it and its children from answering, though connections stay (SIGSTOP), until `wake`. */
  sleep(): void;
  wake(): void;
  /** Ends it for good and removes its data. */
  release(): Promise<void>;
}

export interface ServiceRecipe {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: SpawnOptions;
  readonly stopSignal: NodeJS.Signals;
  /** Rejects while the service does not answer yet. */
  readonly ping: () => Promise<void>;
  /** Told of each end of a process that had begun to answer; `ordered`: by a call of ours. */
  readonly onExit?: (exit: Exit) => void;
}

export interface Exit {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ordered: boolean;
}

const STARTUP_MS = 60_000;

/** Starts the service and waits for its first answer. */
export async function startService(recipe: ServiceRecipe): Promise<ChildService> {
  let running: { child: ChildProcess; guard: Guard } | undefined;

  const end = async (signal: NodeJS.Signals) => {
    if (!running) return;
    const { child, guard } = running;
    running = undefined;
    if (!isOver(child)) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    guard.dismiss();
  };
  const start = async () => {
    if (running) return;
    const begun = await launch(recipe);
    const { child } = begun;
    running = begun;
    const told = (code: number | null, signal: NodeJS.Signals | null) => {
      const ordered = running !== begun;
      if (!ordered) {
        running = undefined;
        begun.guard.dismiss();
      }
      recipe.onExit?.({ pid: child.pid ?? 0, code, signal, ordered });
    };
    if (isOver(child)) told(child.exitCode, child.signalCode);
    else child.once('exit', told);
  };

  await start();
  return {
    url: recipe.url,
    port: recipe.port,
    get pid() {
      return running?.child.pid ?? null;
    },
    start,
    stop: (signal = recipe.stopSignal) => end(signal),
    kill: () => end('SIGKILL'),
    signal: (signal) => void running?.child.kill(signal),
    sleep: () => signalTree(running?.child.pid, 'SIGSTOP'),
    wake: () => signalTree(running?.child.pid, 'SIGCONT'),
    release: async () => {
      await end('SIGKILL');
      await rm(recipe.folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** A killed PostgreSQL holds its shared memory for a moment, so a start that ends early is tried again. */
async function launch(recipe: ServiceRecipe) {
  const deadline = Date.now() + STARTUP_MS;
  for (;;) {
    const child = spawn(recipe.command, recipe.args, { ...recipe.options, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)));
    const failure = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`exited with ${code ?? signal}\n${output.join('')}`));
    });
    const guard = startGuard(recipe.folder, child.pid);
    const outcome = await Promise.race([failure, answers(recipe.ping, deadline)]);
    if (outcome === 'answers') return { child, guard };
    guard.dismiss();
    child.kill('SIGKILL');
    if (Date.now() > deadline || child.pid === undefined) throw new Error(`${recipe.command}: ${outcome}`);
    await sleep(200);
  }
}

async function answers(ping: () => Promise<void>, deadline: number): Promise<string> {
  for (;;) {
    try {
      await ping();
      return 'answers';
    } catch (error) {
      if (Date.now() > deadline) return `no answer: ${String(error)}`;
      await sleep(20);
    }
  }
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
