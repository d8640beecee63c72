import { readdirSync, readFileSync } from 'node:fs';
import { runSql } from '../support/postgresServer.js';

const TICK_US = 10_000;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The fields of /proc/<pid>/stat from the third on: the second, the name, may hold anything. */
function statOf(pid: string | number): string[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const parentOf = (stat: readonly string[]): number => Number(stat[1]);
const ownTicks = (stat: readonly string[]): number => Number(stat[11]) + Number(stat[12]);
const endedChildrenTicks = (stat: readonly string[]): number => Number(stat[13]) + Number(stat[14]);

/** To the nanosecond where the kernel counts so; PostgreSQL's processes have one thread each. */
function usedUs(pid: string | number, stat: readonly string[]): number {
  const [onCpuNs = '0'] = (read(`/proc/${pid}/schedstat`) ?? '0').split(' ');
  return onCpuNs === '0' ? ownTicks(stat) * TICK_US : Number(onCpuNs) / 1_000;
}

/** Reads what all processes of a PostgreSQL cluster have used of the processor, in microseconds. Linux only: elsewhere 0. */
export async function postgresCpu(url: string): Promise<() => number> {
  const postmaster = await postmasterOf(url);
  if (postmaster === null) return () => 0;
  return () => {
    const own = statOf(postmaster);
    if (!own) return 0;
    let sum = usedUs(postmaster, own) + endedChildrenTicks(own) * TICK_US;
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const stat = statOf(pid);
      if (stat && parentOf(stat) === postmaster) sum += usedUs(pid, stat);
    }
    return sum;
  };
}

async function postmasterOf(url: string): Promise<number | null> {
  const [row] = await runSql(url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
  const stat = statOf(Number(row?.['pid']));
  return stat && parentOf(stat);
}
