import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { adHoc } from '../../server/db/statement.js';
import { openTestDatabase } from '../support/database.js';
import { baton } from '../support/baton.js';

describe('a file that SQLite cannot open', () => {
  it('is told of to everybody who asks, at once and later, and can be closed', async () => {
    const db = openTestDatabase(`sqlite:${await mkdtemp(join(inject('runFolder'), 'folder-'))}`);
    const ask = () => db.sequelize.query('SELECT 1');

    const together = await Promise.allSettled([ask(), ask(), db.all(adHoc('SELECT 1'), [])]);
    const later = await Promise.allSettled([ask(), db.all(adHoc('SELECT 1'), [])]);
    await db.close();

    for (const outcome of [...together, ...later])
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining('SQLITE_CANTOPEN') as string },
      });
  });

  it('ends a command with 1 and one line', async () => {
    const { code, json } = await baton(`sqlite:${inject('runFolder')}`, 'db status --json');

    expect(json).toEqual({ error: { code: 'FAILED', message: expect.stringContaining('SQLITE_CANTOPEN') as string } });
    expect(code).toBe(1);
  });
});
