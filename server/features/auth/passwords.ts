import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { AppError } from '../../kernel/errors.js';

/** What one hash costs. The default is OWASP's for argon2id: 19 MiB, two passes. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}
const defaultCost: PasswordCost = { memoryKiB: 19_456, passes: 2 };

/** Two at a time leave half of libuv's threads to the database; 64 waiting are about five seconds of work. */
const AT_ONCE = 2;
const WAITING = 64;
const RETRY_AFTER_MS = 2_000;

export interface PasswordHasher {
  /** @throws UNAVAILABLE with details {retryAfterMs} when too many are waiting; also by {@link verify}. */
  hash(password: string): Promise<string>;
  /** False for a null hash (nobody of that name), after the same work as for a wrong password. */
  verify(passwordHash: string | null, password: string): Promise<boolean>;
}

export function createPasswordHasher({ memoryKiB, passes }: PasswordCost = defaultCost): PasswordHasher {
  const limit = pLimit(AT_ONCE);
  const cost = { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 };
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (limit.pendingCount < WAITING) return limit(work);
    const busy = 'Too many people sign in at this moment. Try again.';
    return Promise.reject(new AppError('UNAVAILABLE', busy, { retryAfterMs: RETRY_AFTER_MS }));
  };
  // The same letters may be typed as one code point or as two.
  const bytes = (password: string) => password.normalize('NFC');
  let dummy: Promise<string> | undefined;
  return {
    hash: (password) => inTurn(() => hash(bytes(password), cost)),
    verify: (passwordHash, password) =>
      inTurn(async () => {
        // Awaited for known people too: else the first unknown one would wait for it alone.
        const nobodys = await (dummy ??= hash('nobody has this password', cost));
        const matches = await verify(passwordHash ?? nobodys, bytes(password));
        return passwordHash !== null && matches;
      }),
  };
}
