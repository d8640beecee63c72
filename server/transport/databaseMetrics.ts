import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/database.js';
import { addCollected } from './collected.js';

const adderTo =
  (registry: Registry) =>
  (
    name: string,
    help: string,
    label: string,
    read: () => Readonly<Record<string, number>>,
    Kind: typeof Counter | typeof Gauge,
  ) =>
    addCollected(registry, name, help, label, read, Kind);

/** How the database is used: asked for when the metrics are read. */
export function addDatabaseMetrics(registry: Registry, db: Database): void {
  addReplicaMetrics(registry, db);
  const { profile, connections } = db;
  const add = adderTo(registry);
  add(
    'db_connections',
    'Connections to the database: in use, idle, and asked for in vain',
    'state',
    connections,
    Gauge,
  );
  const statements = (of: (figures: ReturnType<typeof profile.top>[number]) => number) => () =>
    Object.fromEntries(profile.top().map((figures) => [figures.name, of(figures)]));
  add(
    'statements_total',
    'Statements by name',
    'statement',
    statements(({ count }) => count),
    Counter,
  );
  add(
    'statement_seconds_total',
    'Time until statements were answered, in all',
    'statement',
    statements(({ totalMs }) => totalMs / 1_000),
    Counter,
  );
  add(
    'statement_p95_seconds',
    'Time until a statement was answered: of 95 in 100 no longer, since the start',
    'statement',
    statements(({ p95Ms }) => p95Ms / 1_000),
    Gauge,
  );
  add(
    'statement_max_seconds',
    'The longest time until a statement was answered, since the start',
    'statement',
    statements(({ maxMs }) => maxMs / 1_000),
    Gauge,
  );
}

function addReplicaMetrics(registry: Registry, { replicas }: Database): void {
  const add = adderTo(registry);
  const reads = () => ({ ...(replicas?.counts ?? { replica: 0, primary: 0, again: 0 }) });
  add(
    'reads_total',
    'Reads that a replica may answer: by where they were, or again at the primary',
    'place',
    reads,
    Counter,
  );
  const states = (of: (state: NonNullable<typeof replicas>['states'][number]) => number) => () =>
    Object.fromEntries((replicas?.states ?? []).map((state) => [state.name, of(state)]));
  add(
    'replica_ready',
    'Whether a replica is read',
    'replica',
    states(({ state }) => Number(state === 'ready')),
    Gauge,
  );
  add(
    'replica_lag_bytes',
    'How much of the log a replica had not replayed when it was last looked at',
    'replica',
    states(({ lagBytes }) => lagBytes),
    Gauge,
  );
}
