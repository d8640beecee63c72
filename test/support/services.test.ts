import { Redis } from 'ioredis';
import { chromium as browserType } from 'playwright-core';
import sqlite3 from 'sqlite3';
import { expect, it } from 'vitest';
import { pingRedis } from './redisServer.js';
import { runSql } from './postgresServer.js';
import {
  aDatabase,
  chromium,
  describeEachDialect,
  describeWith,
  redisUrl,
  startPostgres,
  startRedis,
} from './services.js';
import type { Dialect, Template } from './services.js';

const execute = (dialect: Dialect) => (dialect === 'postgres' ? runSql : runSqlite);

function runSqlite(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(url.replace('sqlite:', ''), (failure) => {
      if (failure) return reject(failure);
      return database.all<Record<string, unknown>>(sql, (error, rows) =>
        database.close(() => (error ? reject(error) : resolve(rows))),
      );
    });
  });
}

describeEachDialect('a database for a test', (dialect) => {
  const sql = execute(dialect);
  const template: Template = {
    name: 'support',
    prepare: async (url) => void (await sql(url, 'CREATE TABLE notes (body text)')),
  };

  it('is a copy of the template that nobody else writes to', async () => {
    const [mine, other] = [await aDatabase(dialect, template), await aDatabase(dialect, template)];

    await sql(mine.url, `INSERT INTO notes VALUES ('mine')`);

    expect(await sql(mine.url, 'SELECT body FROM notes')).toEqual([{ body: 'mine' }]);
    expect(await sql(other.url, 'SELECT body FROM notes')).toEqual([]);
  });

  it('is empty without a template', async () => {
    const { url } = await aDatabase(dialect);

    await expect(sql(url, 'SELECT body FROM notes')).rejects.toThrow('notes');
  });

  it('is gone once dropped', async () => {
    const database = await aDatabase(dialect);
    await database.drop();

    await expect(sql(database.url, 'CREATE TABLE notes (body text)')).rejects.toThrow();
  });
});

describeWith('postgres')('a PostgreSQL of its own', () => {
  it('comes back on the same port with what was committed before the crash', async () => {
    const server = await startPostgres();
    await runSql(server.url, 'CREATE TABLE notes (body text)', `INSERT INTO notes VALUES ('kept')`);

    await server.kill();

    await expect(runSql(server.url, 'SELECT 1')).rejects.toThrow();
    await server.start();
    expect(await runSql(server.url, 'SELECT body FROM notes')).toEqual([{ body: 'kept' }]);
  });
});

describeWith('redis-server')('a Redis of its own', () => {
  it('comes back on the same port, empty', async () => {
    const server = await startRedis();

    await server.kill();

    await expect(pingRedis(server.url)).rejects.toThrow();
    await server.start();
    await pingRedis(server.url);
  });
});

describeWith('redis')('the Redis of the run', () => {
  it('answers', async () => {
    const redis = new Redis(redisUrl());

    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });
});

describeWith('chromium')('the browser', () => {
  it('shows a page', async () => {
    const browser = await browserType.launch({ executablePath: chromium(), args: ['--no-sandbox', '--disable-gpu'] });
    const page = await browser.newPage();

    await page.setContent('<p>shown</p>');

    expect(await page.textContent('p')).toBe('shown');
    await browser.close();
  });
});
