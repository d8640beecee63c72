import pg from 'pg';
import type { Config } from '../config.js';
import { tlsOptions, type DatabaseTls } from '../db/postgresSettings.js';

const MISSING = '3D000';
const PRESENT = '42P04';

/**
 * Creates the PostgreSQL database that DATABASE_URL names, by way of the server's own database `postgres`. SQLite makes its
 * file by itself.
 * @returns whether it was missing.
 */
export async function createMissingDatabase({ databaseUrl, databaseSsl }: Config): Promise<boolean> {
  if (databaseUrl.startsWith('sqlite:')) return false;
  if (!(await isMissing(databaseUrl, databaseSsl))) return false;
  const server = new URL(databaseUrl);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  return connected(server.href, databaseSsl, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === PRESENT) return false;
      throw error;
    }
  });
}

async function isMissing(url: string, ssl: DatabaseTls | false): Promise<boolean> {
  try {
    return await connected(url, ssl, () => Promise.resolve(false));
  } catch (error) {
    if ((error as { code?: string }).code === MISSING) return true;
    throw error;
  }
}

async function connected<Result>(
  url: string,
  ssl: DatabaseTls | false,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    ssl: ssl && tlsOptions(ssl),
    connectionTimeoutMillis: 3_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
