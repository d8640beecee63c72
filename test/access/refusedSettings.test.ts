import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig, RefusedConfiguration } from '../../server/config.js';
import { nodeEnv } from '../support/node.js';
import { programArgs } from '../support/program.js';

const good = { JWT_SECRET: 'a secret of tests, long enough for HS256' };

/** Values that are refused, by setting; none where any text will do. */
const refused: Readonly<Record<string, readonly string[]>> = {
  NODE_ENV: ['prod', 'Production', 'staging'],
  PORT: ['70000', '80a', '-1', '65536'],
  HOST: [],
  DATABASE_URL: ['mysql://localhost/baton', 'sqlite:', 'sqlite::memory:', 'baton.db'],
  DB_POOL_SIZE: ['0', '1', '201', 'many'],
  DB_MAX_OVERFLOW: ['-1', '201'],
  DB_SSL: ['yes', 'require'],
  DATABASE_REPLICA_URLS: ['mysql://localhost/baton', 'sqlite:replica.db', 'postgres://a/b,', 'postgres://alone/b'],
  DB_SSL_CA: [],
  DB_MAX_AGE: ['never', '0', '401d'],
  DB_PRE_PING: ['often'],
  DB_START_TIMEOUT: ['long', '-1s'],
  DB_FALLBACK: ['postgres', 'true'],
  SLOW_QUERY_MS: ['slow', '-1', '3600001'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['localhost:4318', 'grpc://localhost:4317'],
  OTEL_TRACES_SAMPLER_ARG: ['all', '1.5', '-0.1'],
  OTEL_SERVICE_NAME: ['n'.repeat(256)],
  BACKUP_DIR: [],
  BACKUP_EVERY: ['daily', '0h'],
  BACKUP_KEEP: ['0', 'all'],
  DB_PREPARED: ['no'],
  REDIS_URL: ['localhost:6379', 'http://localhost', 'redis://', 'redis://a:1,b:2'],
  REDIS_CLUSTER: ['perhaps'],
  JWT_SECRET: ['short', 'x'.repeat(64), 'changeme'.repeat(8), '0123456789'.repeat(3)],
  JWT_ISSUER: [],
  JWT_AUDIENCE: [],
  ACCESS_TOKEN_TTL: ['-5m', '0', '15 minutes', '401d'],
  REFRESH_TOKEN_TTL: ['never', '0d', '401d'],
  ALLOWED_ORIGINS: ['*', 'null', 'https://*.example.com', 'https://a.example/', 'a.example', 'https://a.example,*'],
  TRUST_PROXY: ['10.0.0.0/8'],
  CALLS_PER_SECOND: ['many', '-1', '0.5', '1000001'],
  LOG_LEVEL: ['loud'],
  EVENT_RETENTION_DAYS: ['1.5', '-1', '36501'],
  ATTACHMENTS_DIR: [],
  ATTACHMENT_QUOTA_MB: ['1.5', '-1', 'much'],
  S3_BUCKET: ['Bucket', 'b', 'a/b', '-x-'],
  S3_ENDPOINT: ['minio:9000', 'ftp://s3.example.com', 'http://', 'https://s3.example.com'],
  S3_REGION: ['US East', 'eu_central'],
  S3_ACCESS_KEY_ID: ['two words', 'alone'],
  S3_SECRET_ACCESS_KEY: ['two words', 'alone'],
  CLAMD_URL: ['localhost:3310', 'http://clamd', 'tcp://', 'unix://clamd.sock'],
  AUDIT_RETENTION_DAYS: ['1.5', '-1', '36501'],
  WEBHOOK_ALLOW_HTTP: ['perhaps'],
  WEBHOOK_ALLOWED_HOSTS: ['10.0.0.0/33', 'http://hooks.internal', '*.internal', '10.0.0.1:80'],
  SMTP_URL: ['mail.example.com:587', 'http://mail.example.com', 'smtp://', 'smtp://:587', 'smtp://alone.example.com'],
  MAIL_FROM: ['a@b, c@d', 'Baton <a@b> <c@d>', 'Baton a@b', '"B" <a@b>', 'a@b\nBcc: c@d', 'B\r\nBcc: c@d <a@b>', 'a@b'],
  PUBLIC_URL: ['baton.example.com', 'ftp://example.com', 'https://example.com/?a', 'https://example.com/#/'],
};
const cases = Object.entries(refused).flatMap(([name, values]) => values.map((value) => [name, value] as const));

async function serve(env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  const environment = { ...nodeEnv({ databaseUrl: 'sqlite:./no/such/folder.db', env }) };
  const child = spawn(process.execPath, programArgs('server/main.ts'), { env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('a setting that is not safe', () => {
  it('is looked for among all that there are', () => {
    const source = readFileSync('server/config.ts', 'utf8');
    const names = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);

    expect(new Set(Object.keys(refused))).toEqual(new Set(names));
  });

  it.each(cases)('is refused by its name: %s=%s', (name, value) => {
    const load = () => loadConfig({ ...good, [name]: value });

    expect(load).toThrow(RefusedConfiguration);
    expect(load).toThrow(name);
  });

  it('and several nodes of a Redis that is no cluster, and production without a secret', () => {
    expect(() => loadConfig({ ...good, REDIS_URL: 'redis://a:7000,redis://b:7000' })).toThrow('REDIS_CLUSTER');
    expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow('JWT_SECRET');
    const encrypted = { ...good, DATABASE_URL: 'postgres://db/baton', DB_SSL: 'verify-full' };
    expect(() => loadConfig({ ...encrypted, DB_SSL_CA: '/no/such/file.pem' })).toThrow('DB_SSL_CA cannot be read');
    expect(() => loadConfig({ ...good, NODE_ENV: 'production', DB_FALLBACK: 'sqlite' })).toThrow('DB_FALLBACK');
  });

  it('ends the server with 78, each named in its words, and no secret among them', async () => {
    const secret = 'changeme'.repeat(8);
    const all = { ...Object.fromEntries(cases.toReversed()), JWT_SECRET: secret };
    const { code, output } = await serve(all);

    expect(code).toBe(78);
    expect(Object.keys(all).filter((name) => !output.includes(`${name} `))).toEqual([]);
    expect(output).not.toContain(secret);
  });
});
