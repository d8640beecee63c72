import { Sequelize } from 'sequelize';
import type { Client } from 'pg';
import { againIfOutdated } from '../databaseErrors.js';
import { keepFresh, type PostgresConnections, type Upkeep } from '../pooledConnections.js';
import { flyOnPostgres, type FlightOptions } from '../postgresFlight.js';
import { poolOf, postgresSettings, type DatabaseTls } from '../postgresSettings.js';
import { promptReads } from '../promptReads.js';
import { pooledSnapshots } from '../snapshots.js';
import { flyAlone, type Asked, type Fly, type RunStatement } from '../statement.js';
import { replayedPlace, type Place } from './place.js';
import { Behind, type ReplicaServer } from './replica.js';

interface Options extends Upkeep {
  readonly poolSize: number;
  readonly ssl: DatabaseTls | false;
  readonly flight: FlightOptions;
}

const PROMPT_MS = 1_000;

/** A pool of its own on a replica, read as the primary is. Connects when it is first asked. */
export function openReplica(url: string, { poolSize, ssl, flight, ...upkeep }: Options): ReplicaServer {
  const sequelize = new Sequelize({ ...postgresSettings(url, ssl), logging: false, pool: poolOf(poolSize) });
  const connections = sequelize.connectionManager as unknown as PostgresConnections;
  keepFresh(connections, upkeep);
  const run = <Row extends object>(connection: Client, ...asked: Parameters<RunStatement>): Promise<Row[]> =>
    flyAlone<Row>(flyOnPostgres(connection, flight), ...asked);
  const promptly: typeof run = (...asked) => againIfOutdated(() => run(...asked));
  const prompt = promptReads(() => connections.connect(connections.config), promptly, PROMPT_MS);
  return {
    name: new URL(url).host,
    after: (place) => ({
      async all<Row extends object>(...asked: Parameters<RunStatement>) {
        const connection = await connections.getConnection({ type: 'SELECT', useMaster: true });
        try {
          return await againIfOutdated(() => readAfter<Row>(flyOnPostgres(connection, flight), place, ...asked));
        } finally {
          connections.releaseConnection(connection);
        }
      },
      // Before it begins: its moment is that of its own first statement.
      snapshot: (work) =>
        pooledSnapshots(connections, run, async (connection) => {
          const [row] = await run<ReplayedRow>(connection, replayedPlace, []);
          if (placeIn(row) < place) throw new Behind(placeIn(row));
        }).read(work),
    }),
    promptly: prompt.all,
    async close() {
      await prompt.close();
      await sequelize.close();
    },
  };
}

interface ReplayedRow {
  readonly place: string | null;
}
const placeIn = (row: ReplayedRow | undefined): Place => Number(row?.place ?? 0);

/**
 * The server that answers says itself how far it has come, in the same flight and just before: after a crash it may begin again further
 * back, and behind one address there may be several. @throws Behind
 */
const readAfter = <Row extends object>(
  fly: Fly,
  place: Place,
  ...[statement, values]: Parameters<RunStatement>
): Promise<Row[]> =>
  new Promise((resolve, reject) => {
    let reached = 0;
    const asks: Asked = {
      statement: replayedPlace,
      values: [],
      resolve: ([row]) => (reached = placeIn(row as ReplayedRow | undefined)),
      reject: () => undefined,
    };
    const answered = (rows: object[]) => (reached >= place ? resolve(rows as Row[]) : reject(new Behind(reached)));
    void fly([asks, { statement, values, resolve: answered, reject }]);
  });
