import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';
import { run } from '../../server/cli/program.js';
import { nodeEnv } from './node.js';
import { programArgs } from './program.js';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The one JSON document that a machine reads. */
  readonly json: unknown;
}
type Baton = (databaseUrl: string, args: string, env?: Readonly<Record<string, string>>) => Promise<Ended>;

const root = resolve('.');
const aFolder = () => mkdtemp(join(inject('runFolder'), 'cli-'));
const wordsOf = (args: string) => args.split(' ').filter(Boolean);
const envOf = (databaseUrl: string, env: Readonly<Record<string, string>> = {}) =>
  nodeEnv({ databaseUrl, env: { PORT: '1', TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'), ...env } });

const ended = (code: number | null, out: string, err: string): Ended => ({
  code,
  out,
  err,
  get json() {
    return JSON.parse(out) as unknown;
  },
});

/** Runs `baton` as a process of its own, in a folder of its own. */
export const batonProcess: Baton = async (databaseUrl, args, env) => {
  const options = { cwd: await aFolder(), env: envOf(databaseUrl, env) };
  const program = [...programArgs('server/cli/baton.ts'), ...wordsOf(args)];
  return new Promise((done) => {
    const child = execFile(process.execPath, program, options, (_, out, err) => done(ended(child.exitCode, out, err)));
  });
};

/**
 * Runs the same program in this process, which saves the second that loading it takes: with an environment and a folder of its own, and what it
 * wrote taken from the streams. One at a time.
 */
export const baton: Baton = async (databaseUrl, args, env) => {
  const { env: envBefore, exitCode: codeBefore } = process;
  const [out, err] = [taken(process.stdout), taken(process.stderr)];
  process.env = envOf(databaseUrl, env);
  process.exitCode = undefined;
  process.chdir(await aFolder());
  try {
    await run(wordsOf(args));
    const code: unknown = process.exitCode;
    return ended(Number(code ?? 0), out.text(), err.text());
  } finally {
    out.giveBack();
    err.giveBack();
    process.chdir(root);
    process.env = envBefore;
    process.exitCode = codeBefore;
  }
};

/** Keeps what is written to a stream from it, until it is given back. */
function taken(stream: NodeJS.WriteStream) {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  return { text: () => text, giveBack: () => void (stream.write = write) };
}
