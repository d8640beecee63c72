import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import type { Migrator } from '../db/migrator.js';
import { statement } from '../db/statement.js';
import type { Bus, BusState } from '../realtime/bus.js';

interface Check {
  readonly ok: boolean;
  readonly detail?: string;
}
export interface Readiness {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly database: Check;
  readonly migrations: Check & { readonly pending?: number };
  readonly bus: BusState;
}
export interface HealthParts {
  readonly db: Database;
  readonly migrator: Migrator;
  readonly bus: Bus;
  readonly isDraining: () => boolean;
}

const ping = statement('health.ping', 'SELECT 1 AS one');
const PATIENCE_MS = 2_000;

/** Whether this process can serve, and if not, why. A dead bus is told but does not count: streams go on by polling. */
export async function readiness({ db, migrator, bus, isDraining }: HealthParts): Promise<Readiness> {
  const database = await check(async () => {
    await db.all(ping, []);
    return { ok: true };
  });
  const migrations = database.ok
    ? await check(async () => {
        const { pending } = await migrator.status();
        return { ok: pending.length === 0, pending: pending.length };
      })
    : { ok: false, detail: 'unknown' };
  const draining = isDraining();
  return { ready: database.ok && migrations.ok && !draining, draining, database, migrations, bus: bus.state() };
}

async function check<Result extends Check>(ask: () => Promise<Result>): Promise<Result | Check> {
  const late = new AbortController();
  try {
    const silence = sleep(PATIENCE_MS, { ok: false, detail: 'no answer' }, { signal: late.signal, ref: false });
    silence.catch(() => undefined);
    return await Promise.race([ask(), silence]);
  } catch {
    // Why it failed may name hosts and people; the log has it.
    return { ok: false, detail: 'not available' };
  } finally {
    late.abort();
  }
}
