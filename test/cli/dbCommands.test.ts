import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { adHoc } from '../../server/db/statement.js';
import { aTicket, aTicketWorld } from '../support/ticketWorld.js';
import { nodeEnv } from '../support/node.js';
import { programArgs } from '../support/program.js';
import { aDatabase } from '../support/services.js';
import { openTestDatabase } from '../support/database.js';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Needs a database, but no server: each call is a process of its own. */
describe('baton db', { timeout: 120_000 }, () => {
  let cwd: string;
  let url: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(inject('runFolder'), 'db-'));
    const world = await aTicketWorld('sqlite');
    url = world.url;
    await aTicket(world);
    await world.close();
  });
  const baton = (args: string, { databaseUrl = url, ...env }: Record<string, string> = {}) =>
    new Promise<Ended>((done) => {
      const more = {
        PORT: '1',
        TSX_TSCONFIG_PATH: resolve('tsconfig.json'),
        ATTACHMENTS_DIR: join(cwd, 'files'),
        ...env,
      };
      const options = { cwd, env: { ...nodeEnv({ databaseUrl, env: more }) } };
      const program = [...programArgs('server/cli/baton.ts'), 'db', ...args.split(' ')];
      const child = execFile(process.execPath, program, options, (_, out, err) => {
        done({ code: child.exitCode, out, err });
      });
    });

  it('restores what was backed up, and compares both', async () => {
    const backedUp = await baton('backup all.tar --json');
    const { file } = JSON.parse(backedUp.out) as { file: string };
    const restored = await baton(`restore ${file} --json`, { databaseUrl: (await aDatabase('sqlite')).url });

    expect(restored.code).toBe(0);
    expect(JSON.parse(restored.out)).toMatchObject({ validation: { differences: 0, fidelityScore: 1 } });
  });

  it('copies, finds what is wrong, and replaces nothing in production that is not meant', async () => {
    const other = (await aDatabase('sqlite')).url;
    const copied = await baton(`copy --to ${other} --json`);
    expect(copied.code).toBe(0);
    expect(JSON.parse(copied.out)).toMatchObject({ validation: { differences: 0, fidelityScore: 1 } });

    const db = openTestDatabase(other);
    await db.all(adHoc('UPDATE developers SET current_workload = current_workload + 1'), []);
    await db.close();
    const production = { NODE_ENV: 'production', JWT_SECRET: `${'k3'.repeat(5)}abcdefghijklmnopqrstuvwxyz` };
    const [wrong, guarded] = await Promise.all([
      baton('validate --json', { databaseUrl: other }),
      baton('restore b.tar --force', { databaseUrl: other, ...production }),
    ]);

    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out)).toMatchObject({ valid: false, findings: [{ name: 'workloads' }] });
    expect(guarded).toMatchObject({ code: 2, err: expect.stringContaining('--yes-i-mean baton.db') as string });
  });
});
