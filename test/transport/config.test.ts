import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig, RefusedConfiguration } from '../../server/config.js';

const secret = { JWT_SECRET: 'x'.repeat(32) };

describe('the configuration', () => {
  it('has defaults for everything, and an empty value is one that was not set', () => {
    const config = loadConfig({ ...secret, PORT: '', REDIS_URL: '', ALLOWED_ORIGINS: '' });

    expect(config).toMatchObject({
      production: false,
      port: 4_000,
      host: '127.0.0.1',
      databaseUrl: 'sqlite:./data/baton.db',
      redisUrl: null,
      accessTokenTtlMs: 15 * 60_000,
      refreshTokenTtlMs: 30 * 86_400_000,
      allowedOrigins: [],
      eventRetentionDays: 7,
    });
  });

  it('reads durations, lists and flags', () => {
    const config = loadConfig({
      ...secret,
      ACCESS_TOKEN_TTL: '90',
      REFRESH_TOKEN_TTL: '12h',
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173',
      TRUST_PROXY: '1',
    });

    expect(config).toMatchObject({
      accessTokenTtlMs: 90_000,
      refreshTokenTtlMs: 12 * 3_600_000,
      allowedOrigins: ['https://a.example', 'http://localhost:5173'],
      trustProxy: true,
    });
  });

  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['DATABASE_URL', 'mysql://localhost/baton'],
    ['DB_POOL_SIZE', '0'],
    ['DB_SSL', 'yes'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis://a:7000,redis://b:7000'],
    ['REDIS_CLUSTER', 'perhaps'],
    ['JWT_SECRET', 'short'],
    ['ACCESS_TOKEN_TTL', '-5m'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://a.example/'],
    ['LOG_LEVEL', 'loud'],
    ['EVENT_RETENTION_DAYS', '1.5'],
  ])('refuses %s=%s by its name', (name, value) => {
    const load = () => loadConfig({ ...secret, [name]: value });

    expect(load).toThrow(RefusedConfiguration);
    expect(load).toThrow(name);
  });

  it('names every bad value at once', () => {
    expect(() => loadConfig({ ...secret, PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT[\s\S]*LOG_LEVEL/);
  });

  it('has no secret in production that nobody set', () => {
    expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow('JWT_SECRET');
  });

  it('is listed in .env.example with its defaults, which are valid', () => {
    const source = readFileSync('server/config.ts', 'utf8');
    const names = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name);
    const lines = readFileSync('.env.example', 'utf8').matchAll(/^([A-Z][A-Z_]+)=(.*)$/gm);
    const example = Object.fromEntries([...lines].map(([, name, value]) => [name, value]));

    expect(new Set(Object.keys(example))).toEqual(new Set(names));
    expect(loadConfig({ ...example, ...secret })).toEqual(loadConfig(secret));
  });
});
