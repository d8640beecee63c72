import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGuard, type Guard } from './guard.js';

/** A server that tests started and may kill and start again; its address stays the same. */
export interface ChildService {
  readonly url: string;
  readonly port: number;
  /** Begins again after `stop` or `kill`, on the same port and data; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it in order. Does nothing when it is down. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). Does nothing when it is down. */
  kill(): Promise<void>;
  /** Keeps it from answering, though its connections stay (SIGSTOP), until `wake`. */
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
}

const STARTUP_MS = 60_000;

/** Starts the service and waits for its first answer. */
export async function startService(recipe: ServiceRecipe): Promise<ChildService> {
  let running: { child: ChildProcess; guard: Guard } | undefined;

  const end = async (signal: NodeJS.Signals) => {
    if (!running) return;
    const { child, guard } = running;
    running = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    guard.dismiss();
  };
  const start = async () => {
    if (!running) running = await launch(recipe);
  };

  await start();
  return {
    url: recipe.url,
    port: recipe.port,
    start,
    stop: () => end(recipe.stopSignal),
    kill: () => end('SIGKILL'),
    sleep: () => void running?.child.kill('SIGSTOP'),
    wake: () => void running?.child.kill('SIGCONT'),
    release: async () => {
      await end('SIGKILL');
      await rm(recipe.folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

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
