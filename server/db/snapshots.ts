import { againIfOutdated } from './databaseErrors.js';
import { statement, type RunStatement, type Statement, type Value } from './statement.js';

/** Reads of one moment, each as one piece of work. */
export interface Snapshots {
  read<Result>(work: (all: RunStatement) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

interface Pool<Connection> {
  getConnection(options: { type: string; useMaster: boolean }): Promise<Connection>;
  releaseConnection(connection: Connection): void;
  destroyConnection(connection: Connection): Promise<void>;
}
type Run<Connection> = <Row extends object>(
  connection: Connection,
  asked: Statement,
  values: readonly Value[],
) => Promise<Row[]>;

const begin = statement('snapshot.begin', 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
const end = statement('snapshot.end', 'COMMIT');

/** On a connection of PostgreSQL's pool; `before` it begins there is a last moment to throw. */
export const pooledSnapshots = <Connection>(
  pool: Pool<Connection>,
  run: Run<Connection>,
  before: (connection: Connection) => Promise<void> = () => Promise.resolve(),
): Snapshots => ({
  read: (work) =>
    againIfOutdated(async () => {
      const connection = await pool.getConnection({ type: 'SELECT', useMaster: true });
      try {
        await before(connection);
        await run(connection, begin, []);
        const result = await work((asked, values) => run(connection, asked, values));
        await run(connection, end, []);
        pool.releaseConnection(connection);
        return result;
      } catch (error) {
        // Whatever state it is in, nobody else shall find a transaction open on it.
        await pool.destroyConnection(connection).catch(() => undefined);
        throw error;
      }
    }),
  close: () => Promise.resolve(),
});
