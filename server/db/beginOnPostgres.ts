import type { Sequelize } from 'sequelize';
import type { ClientBase } from 'pg';
import { BEGIN, COMMIT, modelOn, OpenTransaction, ROLLBACK } from './openTransaction.js';
import { flyOnPostgres, withCopiedRows, type FlightOptions } from './postgresFlight.js';

interface Connections {
  getConnection(options: { type?: string; useMaster?: boolean }): Promise<ClientBase>;
  releaseConnection(client: ClientBase): void;
  destroyConnection(client: ClientBase): Promise<void>;
}

/** Takes a connection out of Sequelize's pool for one transaction; BEGIN goes out with the first statements. */
export async function beginOnPostgres(sequelize: Sequelize, options: FlightOptions): Promise<OpenTransaction> {
  const connections = sequelize.connectionManager as unknown as Connections;
  const client = await connections.getConnection({});
  return new OpenTransaction({
    fly: flyOnPostgres(client, { ...options, isPipelined: true }),
    isPipelined: true,
    ...(options.named && { pack: withCopiedRows }),
    begin: BEGIN,
    model: () => modelOn(sequelize, client),
    commit: async (open) => void (await open.all(COMMIT, [])),
    committed: () => connections.releaseConnection(client),
    async rollback(open) {
      try {
        if (open.hasBegun) await open.force(ROLLBACK);
        connections.releaseConnection(client);
      } catch {
        // It is lost, and the transaction with it.
        await connections.destroyConnection(client).catch(() => undefined);
      }
    },
  });
}
