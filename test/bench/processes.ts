import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CallMessage, ReplyMessage } from './child.js';
import { buildFolder, repository, resultsFolder } from './build.js';

/** A process of ours that answers calls. */
export interface Child {
  readonly pid: number;
  call<Reply>(name: string, value?: unknown): Promise<Reply>;
  /** Microseconds of processor time, all threads, since its start. */
  cpuUs(): Promise<number>;
  end(): Promise<void>;
}

export interface ChildOptions {
  /** Names its log file in bench-results/. */
  readonly name: string;
  /** The script's source, as `import.meta.resolve` gives it; what runs is its compiled form. */
  readonly script: string;
  /** Whose processor it has; `wide`: any. */
  readonly role: 'server' | 'loader' | 'wide';
  readonly environment?: Readonly<Record<string, string>>;
  readonly profile?: boolean;
}

const pinner = 'taskset';
/** Whether servers and loaders have a processor of their own each. */
export const isPinned =
  availableParallelism() > 1 && spawnSync(pinner, ['-c', '0', 'true'], { stdio: 'ignore' }).status === 0;
const coreOf = { server: '0', loader: '1', wide: null };

mkdirSync(resultsFolder, { recursive: true });
const running = new Set<ChildProcess>();
const END_MS = 11_000;

/** Starts a compiled script under Node, on the core of its role. */
export function startChild({ name, script, role, environment = {}, profile = false }: ChildOptions): Child {
  const log = openSync(join(resultsFolder, `${name}.log`), 'w');
  const profiling = profile
    ? ['--cpu-prof', `--cpu-prof-dir=${resultsFolder}`, `--cpu-prof-name=${name}.cpuprofile`]
    : [];
  const node = [process.execPath, ...profiling, '--import', compiled(probe), compiled(script)];
  const [command = '', ...args] = pinnedTo(role, node);
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  const child = spawn(command, args, { env, cwd: resultsFolder, stdio: ['ignore', log, log, 'ipc'] });
  running.add(child);
  const call = callsTo(child, name);
  return {
    pid: child.pid ?? 0,
    call,
    cpuUs: async () => {
      const { user, system } = await call<NodeJS.CpuUsage>('cpu');
      return user + system;
    },
    end: () => end(child),
  };
}

function pinnedTo(role: ChildOptions['role'], command: readonly string[]): readonly string[] {
  const core = coreOf[role];
  return isPinned && core !== null ? [pinner, '-c', core, ...command] : command;
}

/** How a compiled script is run as people run it: nobody else is at work beside it, so it has every core. */
export const commandOf = (script: string, args: readonly string[]): [string, string[]] => [
  process.execPath,
  [compiled(script), ...args],
];

/** Runs a compiled script to its end. @returns what it printed. @throws when it failed. */
export async function runScript(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const [command, rest] = commandOf(script, args);
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  const { stdout } = await promisify(execFile)(command, rest, { env, cwd: resultsFolder });
  return stdout;
}

const probe = import.meta.resolve('./probe.ts');
const compiled = (source: string): string =>
  join(buildFolder, relative(repository, fileURLToPath(source)).replace(/\.ts$/, '.js'));

function callsTo(child: ChildProcess, name: string): Child['call'] {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let count = 0;
  child.on('message', ({ id, value, error }: ReplyMessage) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value as never);
    else call?.reject(new Error(`${name}: ${error}`));
  });
  child.once('exit', (code, signal) => {
    running.delete(child);
    const why = new Error(`${name} ended with ${code ?? signal}; see bench-results/${name}.log`);
    for (const { reject } of waiting.values()) reject(why);
  });
  return (method, value) =>
    new Promise((resolve, reject) => {
      const message: CallMessage = { id: ++count, name: method, value };
      waiting.set(message.id, { resolve, reject });
      child.send(message, (error) => error && reject(error));
    });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone;
  clearTimeout(late);
}

/** Ends whatever still runs, at once. */
export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}
