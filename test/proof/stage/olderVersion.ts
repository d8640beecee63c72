import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compile, compiledFolder, repository } from '../../support/compile.js';
import { nodeEnv } from '../../support/nodeProcess.js';
import { BUILD } from './stage.js';

const run = promisify(execFile);
const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: repository })).stdout.trim();

const OLDER = 'baton-older';

export interface OlderVersion {
  readonly commit: string;
  /** Where it lies compiled. */
  readonly folder: string;
}

/** Checks out and compiles another version beside this one; `asked`: which, see `Options.from`. */
export async function buildOlder(asked: string | null): Promise<OlderVersion> {
  const commit = await git('rev-parse', '--short=12', `${asked ?? (await whatCameBefore())}^{commit}`);
  const checkout = await mkdtemp(join(tmpdir(), 'baton-older-'));
  try {
    await git('worktree', 'add', '--detach', '--force', checkout, commit);
    await symlink(join(repository, 'node_modules'), join(checkout, 'node_modules'));
    await compile(OLDER, 'test/proof/tsconfig.json', checkout);
  } finally {
    await git('worktree', 'remove', '--force', checkout).catch(() => rm(checkout, { recursive: true, force: true }));
  }
  return { commit, folder: compiledFolder(OLDER) };
}

/** The last tag; without one, what stood before the last change of migrations, so that there is one to make. */
async function whatCameBefore(): Promise<string> {
  const tag = await git('describe', '--tags', '--abbrev=0').catch(() => '');
  return tag || `${await git('log', '-1', '--format=%H', '--', 'migrations')}^`;
}

/** `baton db migrate` of this version, as an operator calls it. */
export async function migrateByProgram(databaseUrl: string): Promise<void> {
  const program = join(compiledFolder(BUILD), 'server/cli/baton.js');
  await run(process.execPath, [program, 'db', 'migrate'], { env: nodeEnv({ databaseUrl }) });
}
