import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../support/database.js';
import { startGuard } from '../../support/guard.js';
import { startPostgresServer } from '../../support/postgresServer.js';
import type { Dialect } from '../../support/services.js';
import { runStorm, type StormOrder } from './storm.js';

// One storm in a process of its own: the order is its argument, the report goes to standard output.

async function aDatabase(dialect: Dialect): Promise<{ readonly url: string; release(): Promise<void> }> {
  if (dialect === 'postgres') return startPostgresServer();
  const folder = await mkdtemp(join(tmpdir(), 'baton-proof-'));
  const guard = startGuard(folder);
  const release = async () => {
    await rm(folder, { recursive: true, force: true });
    guard.dismiss();
  };
  return { url: `sqlite:${join(folder, 'baton.db')}`, release };
}

const order = JSON.parse(process.argv[2] ?? '') as Omit<StormOrder, 'url'>;
const database = await aDatabase(order.database);
try {
  await migrate(database.url);
  const report = await runStorm(
    { ...order, url: database.url },
    (line) => void process.stderr.write(`${order.database}, ${line}\n`),
  );
  process.stdout.write(JSON.stringify(report));
} finally {
  await database.release();
}
process.exit();
