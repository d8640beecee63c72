import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { BackupSchedule } from './backup/scheduled.js';
import type { DatabaseTls } from './db/postgresSettings.js';
import { tlsMode } from './db/tlsMode.js';
import { developmentSecret } from './developmentSecret.js';
import type { MailPlace } from './mail/smtpMailer.js';
import { nothingAllowed, type Allowed } from './outbound/addresses.js';
import {
  flag,
  whole,
  unitMs,
  duration,
  origins,
  isDatabase,
  postgresUrls,
  isRedis,
  isHttp,
  isClamd,
  allowedHosts,
  isSmtp,
  mailbox,
  isVaried,
  credential,
} from './settings.js';
import type { FilePlace } from './storage/openFileStore.js';
import type { TracingPlace } from './telemetry/startTracing.js';

/** What the environment asks for cannot be served: the process ends with 78. */
export class RefusedConfiguration extends Error {
  override readonly name = 'RefusedConfiguration';
}

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
  DATABASE_REPLICA_URLS: postgresUrls.default([]),
  DB_SSL: tlsMode.default(null),
  DB_SSL_CA: z.string().optional(),
  DB_MAX_AGE: duration.default(30 * unitMs.m),
  DB_PRE_PING: flag.default(true),
  DB_START_TIMEOUT: duration.default(unitMs.m),
  DB_FALLBACK: z.literal('sqlite', 'is not sqlite').optional(),
  SLOW_QUERY_MS: whole(0, 3_600_000).default(500),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().refine(isHttp, 'is not http://… or https://…').optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'is not a share between 0 and 1')
    .transform(Number)
    .default(1),
  OTEL_SERVICE_NAME: z.string().max(255).default('baton'),
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
  BACKUP_DIR: z.string().optional(),
  BACKUP_EVERY: duration.default(unitMs.d),
  BACKUP_KEEP: whole(1, 10_000).default(7),
  AUDIT_RETENTION_DAYS: whole(0, 36_500).default(365),
  WEBHOOK_ALLOW_HTTP: flag.default(false),
  WEBHOOK_ALLOWED_HOSTS: allowedHosts.default(nothingAllowed),
  SMTP_URL: z.string().refine(isSmtp, 'is neither smtp://host:587 nor smtps://host').optional(),
  MAIL_FROM: z.string().regex(mailbox, 'is neither baton@example.com nor Baton <baton@example.com>').optional(),
  PUBLIC_URL: z
    .string()
    .refine((value) => isHttp(value) && !/[?#\s]/.test(value), 'is not https://… without ? and #')
    .transform((value) => value.replace(/\/+$/, ''))
    .optional(),
});

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  /** Connections of this process at most. */
  readonly poolSize: number;
  readonly databaseSsl: DatabaseTls | false;
  /** Servers of PostgreSQL that follow the one of `databaseUrl`. */
  readonly replicaUrls: readonly string[];
  /** A connection to PostgreSQL that is older is used no more. */
  readonly connectionAgeMs: number;
  /** Whether a connection that was idle is asked first whether it still answers. */
  readonly prePing: boolean;
  /** How long a start waits for the database. */
  readonly startTimeoutMs: number;
  /** In development, what is served when the database cannot be reached; null: nothing. */
  readonly fallbackUrl: string | null;
  /** Statements that take so long are told of in the log. 0: none is. */
  readonly slowQueryMs: number;
  /** Where spans of what happens are sent; null: nobody records them. */
  readonly tracing: TracingPlace | null;
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
  /** Null: the server makes none by itself. */
  readonly backups: BackupSchedule | null;
  /** 0: the audit log is kept for ever. */
  readonly auditRetentionDays: number;
  /** Whether webhooks may be sent over http: to hosts that `webhookAllowedHosts` does not name. */
  readonly webhookAllowHttp: boolean;
  /** What webhooks may lead to although it is not public. */
  readonly webhookAllowedHosts: Allowed;
  /** Null: nobody is sent e-mail. */
  readonly mail: (MailPlace & { readonly publicUrl: string }) | null;
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
  if (production && env.DB_FALLBACK)
    throw new RefusedConfiguration('DB_FALLBACK is for development: what is written to a fallback is missing later');
  if (production && !env.JWT_SECRET) throw new RefusedConfiguration('JWT_SECRET must be set in production');
  return {
    production,
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    poolSize: env.DB_POOL_SIZE + env.DB_MAX_OVERFLOW,
    ...databaseOf(env),
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
    backups:
      env.BACKUP_DIR === undefined
        ? null
        : { folder: env.BACKUP_DIR, everyMs: env.BACKUP_EVERY, keep: env.BACKUP_KEEP },
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    webhookAllowHttp: env.WEBHOOK_ALLOW_HTTP,
    webhookAllowedHosts: env.WEBHOOK_ALLOWED_HOSTS,
    mail: mailOf(env),
    tracing: tracingOf(env),
  };
}

const tracingOf = (env: z.output<typeof Environment>): TracingPlace | null =>
  env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
    ? null
    : {
        endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
        share: env.OTEL_TRACES_SAMPLER_ARG,
        service: env.OTEL_SERVICE_NAME,
      };

/** Where a development that cannot reach its database goes on. */
const FALLBACK_URL = 'sqlite:./data/fallback.db';

function databaseOf(env: z.output<typeof Environment>) {
  const isSqlite = env.DATABASE_URL.startsWith('sqlite:');
  for (const name of ['DATABASE_REPLICA_URLS', 'DB_SSL', 'DB_SSL_CA', 'DB_FALLBACK'] as const) {
    const given = env[name];
    const isGiven = Array.isArray(given) ? given.length > 0 : Boolean(given);
    if (isSqlite && isGiven) throw new RefusedConfiguration(`${name} is of no use with SQLite`);
  }
  if (env.DB_SSL_CA !== undefined && env.DB_SSL === null)
    throw new RefusedConfiguration('DB_SSL_CA is of no use without DB_SSL');
  return {
    databaseSsl: env.DB_SSL === null ? (false as const) : { mode: env.DB_SSL, ca: authorityIn(env.DB_SSL_CA) },
    replicaUrls: env.DATABASE_REPLICA_URLS,
    connectionAgeMs: env.DB_MAX_AGE,
    prePing: env.DB_PRE_PING,
    startTimeoutMs: env.DB_START_TIMEOUT,
    fallbackUrl: env.DB_FALLBACK === undefined ? null : FALLBACK_URL,
    slowQueryMs: env.SLOW_QUERY_MS,
  };
}

function authorityIn(file: string | undefined): string | null {
  if (file === undefined) return null;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (error) {
    throw new RefusedConfiguration(`DB_SSL_CA cannot be read: ${(error as Error).message}`);
  }
  throw new RefusedConfiguration('DB_SSL_CA holds no certificate in PEM');
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

/** Mails without an address to answer to, or without links that lead anywhere, are not sent at all. */
function mailOf(env: z.output<typeof Environment>): Config['mail'] {
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, PUBLIC_URL: publicUrl } = env;
  if (smtpUrl === undefined) {
    if (from !== undefined) throw new RefusedConfiguration('MAIL_FROM is of no use without SMTP_URL');
    return null;
  }
  if (from === undefined || publicUrl === undefined) {
    const missing = [from === undefined && 'MAIL_FROM', publicUrl === undefined && 'PUBLIC_URL'].filter(Boolean);
    throw new RefusedConfiguration(`SMTP_URL wants ${missing.join(' and ')} beside it`);
  }
  return { smtpUrl, from, publicUrl };
}
