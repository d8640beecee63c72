import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { Transform } from 'node:stream';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../server/db/database.js';
import { adHoc } from '../../server/db/statement.js';
import { waitForDatabase } from '../../server/db/waitForDatabase.js';
import { createLogger } from '../../server/kernel/logger.js';
import { isRoot, NOBODY, runSql } from '../support/postgresServer.js';
import { aDatabase, describeWith, startPostgres } from '../support/services.js';
import { loadConfig } from '../../server/config.js';

const silent = createLogger('silent');
const open: Database[] = [];
function opened(options: Partial<DatabaseOptions> & { url: string }): Database {
  const db = openDatabase({ poolSize: 2, ssl: false, prepared: true, log: silent, ...options });
  open.push(db);
  return db;
}
const backend = adHoc('SELECT pg_backend_pid() AS pid');
const pidOf = async (db: Database) => (await db.all<{ pid: number }>(backend, []))[0]!.pid;

/** A way to the same server that can forget what is open, as firewalls do: nothing of it arrives any more, and nobody is told. */
async function forgetfulNetwork(target: string, changed = (chunk: Buffer) => chunk) {
  const [from, to] = [new URL(target), new URL(target)];
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(from.port), from.hostname);
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('error', () => undefined);
    }
    near.pipe(far);
    const change = new Transform({ transform: (chunk: Buffer, _, done) => done(null, changed(chunk)) });
    far.pipe(change).pipe(near);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  to.port = String((proxy.address() as AddressInfo).port);
  const forget = () => {
    for (const one of sockets) one.unpipe().pause();
  };
  const close = () => {
    for (const one of sockets) one.destroy();
    proxy.close();
  };
  return { url: to.href, forget, close };
}

describeWith('postgres')('connections to PostgreSQL', () => {
  afterAll(() => Promise.all(open.map((db) => db.close())));

  it('are used again while they are young, and closed when they are old', async () => {
    const { url } = await aDatabase('postgres');
    const db = opened({ url, maxAgeMs: 300 });
    const first = await pidOf(db);
    expect(await pidOf(db)).toBe(first);
    await sleep(350);
    const second = await pidOf(db);

    expect(second).not.toBe(first);
    await sleep(50);
    expect(await runSql(url, `SELECT 1 FROM pg_stat_activity WHERE pid = ${first}`)).toEqual([]);
  });

  it.each([
    [true, 'are asked whether they still answer, so that a dead one costs a second and no error'],
    [false, 'are not asked when that is turned off'],
  ])('pre-ping %s: %s', async (pings) => {
    const { url } = await aDatabase('postgres');
    const network = await forgetfulNetwork(url);
    const db = opened({ url: network.url, pings, answerMs: 1_500 });
    await pidOf(db);
    await sleep(2_100);
    network.forget();

    const asked = pidOf(db).then(
      () => 'answered',
      () => 'failed',
    );

    expect(await asked).toBe(pings ? 'answered' : 'failed');
    network.close();
  });

  it('that end with their greeting cost an error, and not the program', async () => {
    const { url } = await aDatabase('postgres');
    const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to unexpected postmaster exit'];
    const body = Buffer.from(`${fields.join('\0')}\0\0`);
    const fatal = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), body]);
    fatal.writeInt32BE(body.length + 4, 1);
    const isReady = (chunk: Buffer) => chunk.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]));
    let greeted = 0;
    const network = await forgetfulNetwork(url, (chunk) =>
      isReady(chunk) && ++greeted <= 2 ? Buffer.concat([chunk, fatal]) : chunk,
    );
    const db = opened({ url: network.url });

    await expect(pidOf(db)).rejects.toThrow();
    const second = await pidOf(db).catch(() => null);
    if (second === null) await pidOf(db).catch(() => null);
    expect(await pidOf(db)).toBeGreaterThan(0);
    network.close();
  });

  it('are waited for at a start, and not when waiting is of no use', async () => {
    const postgres = await startPostgres();
    await postgres.kill();
    const db = opened({ url: postgres.url });
    const waiting = waitForDatabase(db.promptly, silent, 20_000);
    await sleep(300);
    await postgres.start();
    await waiting;
    await postgres.kill();
    // A connection that is open already may be answered for a moment yet, by a process that has not noticed.
    const anew = opened({ url: postgres.url });
    const began = Date.now();
    await expect(waitForDatabase(anew.promptly, silent, 600)).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(3_000);
    await postgres.start();

    const nowhere = opened({ url: `${postgres.url}_that_is_missing` });
    const asked = Date.now();
    await expect(waitForDatabase(nowhere.promptly, silent, 20_000)).rejects.toThrow(/does not exist/);
    expect(Date.now() - asked).toBeLessThan(2_000);
  });
});

describeWith('postgres')('TLS to PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-tls-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** An authority, and a server's certificate for `localhost` signed by it. */
  function makeCertificates(): void {
    const authority = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Test authority'];
    for (const name of ['ca', 'other']) openssl('req', ...authority, '-keyout', `${name}.key`, '-out', `${name}.crt`);
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-days',
      '2',
      '-out',
      'server.crt',
    );
    chmodSync(folder, 0o755);
    chmodSync(file('server.key'), 0o600);
    if (isRoot) for (const name of ['server.key', 'server.crt']) chownSync(file(name), NOBODY, NOBODY);
  }

  it('is what the mode says: encrypted, of a known authority, for this host', async () => {
    makeCertificates();
    const server = await startPostgres({
      ssl: 'on',
      ssl_cert_file: file('server.crt'),
      ssl_key_file: file('server.key'),
    });
    const byName = server.url.replace('127.0.0.1', 'localhost');
    const inUse = adHoc('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    const settings = { JWT_SECRET: 'a secret of tests, long enough for HS256' };
    const outcome = async (url: string, mode: string, ca?: string): Promise<unknown> => {
      const authority = ca === undefined ? {} : { DB_SSL_CA: file(`${ca}.crt`) };
      const { databaseSsl: ssl } = loadConfig({ ...settings, DATABASE_URL: url, DB_SSL: mode, ...authority });
      const db = opened({ url, ssl });
      return db.all<{ ssl: boolean }>(inUse, []).then(
        ([row]) => row?.ssl,
        (error: Error) => error.message,
      );
    };

    expect(await outcome(byName, 'false')).toBe(false);
    expect(await outcome(byName, 'require')).toBe(true);
    expect(await outcome(byName, 'true')).toMatch(/certificate/);
    expect(await outcome(byName, 'verify-full', 'ca')).toBe(true);
    expect(await outcome(byName, 'verify-ca', 'other')).toMatch(/certificate|signature/);
    expect(await outcome(server.url, 'verify-full', 'ca')).toMatch(/altnames|IP: 127/);
    expect(await outcome(server.url, 'verify-ca', 'ca')).toBe(true);
  });
});
