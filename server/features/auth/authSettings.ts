import type { webcrypto } from 'node:crypto';
import type { LoginLimiters } from './loginLimits.js';
import type { PasswordHasher } from './passwords.js';
import type { Secrets } from './secrets.js';

/** What signing in works with; made by `createAuth`. */
export interface AuthSettings {
  readonly jwt: { readonly key: Promise<webcrypto.CryptoKey>; readonly issuer: string; readonly audience: string };
  /** Signs the addresses that files are sent to and fetched from. */
  readonly fileKey: Promise<webcrypto.CryptoKey>;
  /** Signs what stops the e-mails to somebody. */
  readonly unsubscribeKey: Promise<webcrypto.CryptoKey>;
  readonly accessTokenTtlMs: number;
  readonly refreshTokenTtlMs: number;
  readonly limiters: LoginLimiters;
  readonly passwords: PasswordHasher;
  readonly secrets: Secrets;
}
