import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../server/config.js';

const secret = { JWT_SECRET: 'a secret of tests, long enough for HS256' };

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
      auditRetentionDays: 365,
      mail: null,
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

  describe('of e-mail', () => {
    const mail = { SMTP_URL: 'smtp://baton:se%40cret@mail.example.com:587', MAIL_FROM: 'Baton <baton@example.com>' };
    const all = { ...secret, ...mail, PUBLIC_URL: 'https://example.com/baton/' };

    it('names a server, who mails are from, and where links lead', () => {
      expect(loadConfig(all).mail).toEqual({
        smtpUrl: mail.SMTP_URL,
        from: mail.MAIL_FROM,
        publicUrl: 'https://example.com/baton',
      });
      expect(loadConfig({ ...all, MAIL_FROM: 'baton@example.com' }).mail?.from).toBe('baton@example.com');
    });

    it('is whole, or refused by the names of what is missing', () => {
      const refused = (settings: NodeJS.ProcessEnv) => expect(() => loadConfig({ ...secret, ...settings }));
      refused({ SMTP_URL: mail.SMTP_URL }).toThrow(/^SMTP_URL wants MAIL_FROM and PUBLIC_URL beside it$/);
      refused(mail).toThrow(/^SMTP_URL wants PUBLIC_URL beside it$/);
      refused({ ...all, MAIL_FROM: '' }).toThrow(/^SMTP_URL wants MAIL_FROM beside it$/);
      refused({ ...all, SMTP_URL: '' }).toThrow(/^MAIL_FROM is of no use without SMTP_URL$/);
    });
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
