import { webcrypto } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { AuthSettings } from './authSettings.js';
import { createLoginLimiters, type LoginLimits } from './loginLimits.js';
import { createPasswordHasher, type PasswordCost } from './passwords.js';
import { createSecrets, derivedKey } from './secrets.js';

export interface AuthOptions {
  /** At least 32 random bytes as text. Signs access tokens; other secrets are derived from it. */
  readonly jwtSecret: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly accessTokenTtlMs: number;
  readonly refreshTokenTtlMs: number;
  /** Counts attempts for all nodes together; without it each process counts its own. */
  readonly redis?: Redis | Cluster | null;
  readonly loginLimits?: Partial<LoginLimits>;
  readonly passwordCost?: PasswordCost;
}

export const createAuth = (options: AuthOptions): AuthSettings => ({
  jwt: {
    key: hmacKey(new TextEncoder().encode(options.jwtSecret)),
    issuer: options.jwtIssuer,
    audience: options.jwtAudience,
  },
  fileKey: hmacKey(new Uint8Array(derivedKey(options.jwtSecret, 'file urls'))),
  unsubscribeKey: hmacKey(new Uint8Array(derivedKey(options.jwtSecret, 'unsubscribe'))),
  accessTokenTtlMs: options.accessTokenTtlMs,
  refreshTokenTtlMs: options.refreshTokenTtlMs,
  limiters: createLoginLimiters(options.redis ?? null, options.loginLimits),
  passwords: createPasswordHasher(options.passwordCost),
  secrets: createSecrets(options.jwtSecret),
});

/** Made once: bytes would be made a key of again at each signature, which costs more than the signature. */
const hmacKey = (secret: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
