import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { FilePlace } from './storage/openFileStore.js';

/** What the environment asks for cannot be served: the process ends with 78. */
export class RefusedConfiguration extends Error {
  override readonly name = 'RefusedConfiguration';
}

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'is not a whole number').transform(Number).pipe(z.int().min(min).max(max));

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** `15m`, `30d`, or a number of seconds. */
const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]?$/, 'is not a duration such as 900, 15m, 12h or 30d')
  .transform((value) => Number.parseInt(value, 10) * unitMs[(/[smhd]$/.exec(value)?.[0] ?? 's') as keyof typeof unitMs])
  .pipe(z.int().max(400 * unitMs.d));

// A pattern would be taken for a host of this name, and match nothing that it was meant to.
const isOrigin = (value: string) => !value.includes('*') && URL.canParse(value) && new URL(value).origin === value;
const origins = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string().refine(isOrigin, 'is not an origin such as https://board.example.com')));

const isDatabase = (value: string) =>
  /^sqlite:.+/.test(value) || (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value));
const isRedis = (value: string) =>
  value.split(',').every((url) => /^rediss?:\/\/[^/]/.test(url.trim()) && URL.canParse(url.trim()));

const isHttp = (value: string) => /^https?:\/\/[^/]/.test(value) && URL.canParse(value);
const isClamd = (value: string) => /^(tcp:\/\/[^/]+|unix:\/\/\/.+)$/.test(value) && URL.canParse(value);

/** Random text of 32 characters has 10 different ones all but surely, also as hexadecimal; `changeme` repeated has not. */
const isVaried = (secret: string) => new Set(secret).size >= 10;

const credential = z.string().regex(/^\S+$/, 'holds a space');

const Environment = z.object({
  // A misspelt `production` would serve under the rules of development.
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: whole(0, 65_535).default(4_000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .refine(isDatabase, 'is neither sqlite:<file> nor postgres://…')
    .default('sqlite:./data/baton.db'),
  DB_POOL_SIZE: whole(2, 200).default(6),
  DB_MAX_OVERFLOW: whole(0, 200).default(2),
  DB_SSL: flag.default(false),
  DB_PREPARED: flag.default(true),
  REDIS_URL: z.string().refine(isRedis, 'is not redis://… or rediss://…').optional(),
  REDIS_CLUSTER: flag.default(false),
  JWT_SECRET: z
    .string()
    .min(32, 'is shorter than 32 characters')
    .refine(isVaried, 'is not random: openssl rand -base64 48 gives one that is')
    .optional(),
  JWT_ISSUER: z.string().default('baton'),
  JWT_AUDIENCE: z.string().default('baton'),
  ACCESS_TOKEN_TTL: duration.default(15 * unitMs.m),
  REFRESH_TOKEN_TTL: duration.default(30 * unitMs.d),
  ALLOWED_ORIGINS: origins.default([]),
  TRUST_PROXY: flag.default(false),
  CALLS_PER_SECOND: whole(0, 1_000_000).default(200),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  EVENT_RETENTION_DAYS: whole(0, 36_500).default(7),
  ATTACHMENTS_DIR: z.string().default('./data/attachments'),
  ATTACHMENT_QUOTA_MB: whole(0, 1_000_000_000).default(10_240),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket')
    .optional(),
  S3_ENDPOINT: z.string().refine(isHttp, 'is not http://… or https://…').optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'is not a region such as eu-central-1')
    .default('us-east-1'),
  S3_ACCESS_KEY_ID: credential.optional(),
  S3_SECRET_ACCESS_KEY: credential.optional(),
  CLAMD_URL: z.string().refine(isClamd, 'is neither tcp://host:3310 nor unix:///…').optional(),
  AUDIT_RETENTION_DAYS: whole(0, 36_500).default(365),
});

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  /** Connections of this process at most. */
  readonly poolSize: number;
  readonly databaseSsl: boolean;
  /** False behind a PgBouncer that cannot carry named statements. */
  readonly prepared: boolean;
  /** Null: wake-ups stay inside this process, others poll. */
  readonly redisUrl: string | null;
  /** Whether it names nodes of a Redis Cluster, comma-separated. */
  readonly redisCluster: boolean;
  readonly jwtSecret: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly accessTokenTtlMs: number;
  readonly refreshTokenTtlMs: number;
  readonly allowedOrigins: readonly string[];
  /** Whether X-Forwarded-For names the caller. */
  readonly trustProxy: boolean;
  /** Of one person, or of one address that has not signed in; what comes faster waits. 0: nothing waits. */
  readonly callsPerSecond: number;
  readonly logLevel: string;
  /** 0: events are kept for ever. */
  readonly eventRetentionDays: number;
  /** Where the bytes of attachments are. */
  readonly filePlace: FilePlace;
  /** Of the attachments of one project; null: no bound. */
  readonly attachmentQuotaBytes: number | null;
  /** Null: files are not scanned. */
  readonly clamdUrl: string | null;
  /** 0: the audit log is kept for ever. */
  readonly auditRetentionDays: number;
}

/**
 * Reads the settings of `.env.example` from the environment; an empty one counts as not set.
 * @throws RefusedConfiguration naming each bad one.
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`);
    throw new RefusedConfiguration(lines.join('\n'));
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  if (env.REDIS_URL?.includes(',') && !env.REDIS_CLUSTER)
    throw new RefusedConfiguration('REDIS_URL names several nodes: set REDIS_CLUSTER=true');
  if (production && !env.JWT_SECRET) throw new RefusedConfiguration('JWT_SECRET must be set in production');
  return {
    production,
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    poolSize: env.DB_POOL_SIZE + env.DB_MAX_OVERFLOW,
    databaseSsl: env.DB_SSL,
    prepared: env.DB_PREPARED,
    redisUrl: env.REDIS_URL ?? null,
    redisCluster: env.REDIS_CLUSTER,
    jwtSecret: env.JWT_SECRET ?? developmentSecret('data/jwt-secret'),
    jwtIssuer: env.JWT_ISSUER,
    jwtAudience: env.JWT_AUDIENCE,
    accessTokenTtlMs: env.ACCESS_TOKEN_TTL,
    refreshTokenTtlMs: env.REFRESH_TOKEN_TTL,
    allowedOrigins: env.ALLOWED_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    callsPerSecond: env.CALLS_PER_SECOND,
    logLevel: env.LOG_LEVEL,
    eventRetentionDays: env.EVENT_RETENTION_DAYS,
    filePlace: filePlaceOf(env),
    attachmentQuotaBytes: env.ATTACHMENT_QUOTA_MB === 0 ? null : env.ATTACHMENT_QUOTA_MB * 1_048_576,
    clamdUrl: env.CLAMD_URL ?? null,
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
  };
}

/** What is said of S3 without a bucket would be taken for said, and files would go to the disk. */
function filePlaceOf(env: z.output<typeof Environment>): FilePlace {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (bucket === undefined) {
    for (const name of ['S3_ENDPOINT', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const)
      if (env[name] !== undefined) throw new RefusedConfiguration(`${name} is of no use without S3_BUCKET`);
    return { folder: env.ATTACHMENTS_DIR };
  }
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new RefusedConfiguration('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together');
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined ? null : { accessKeyId, secretAccessKey };
  return { bucket, endpoint: env.S3_ENDPOINT ?? null, region: env.S3_REGION, credentials };
}

/** Outside production a secret is made up once and kept, so that people stay signed in over restarts. */
function developmentSecret(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
