import { isIPv6 } from 'node:net';
import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { AppError } from '../../kernel/errors.js';
import { hashSecret } from './secrets.js';

/** Failed sign-ins that are answered in a window; the next ones are refused unread. */
export interface LoginLimits {
  readonly perAccount: number;
  readonly perAddress: number;
  readonly windowMs: number;
}
const defaultLimits: LoginLimits = { perAccount: 10, perAddress: 100, windowMs: 5 * 60_000 };

export interface LoginLimiters {
  readonly account: RateLimiterAbstract;
  readonly address: RateLimiterAbstract;
}

/** With Redis the nodes count together; while it is away each counts by itself. */
export function createLoginLimiters(redis: Redis | Cluster | null, limits: Partial<LoginLimits> = {}): LoginLimiters {
  const { perAccount, perAddress, windowMs } = { ...defaultLimits, ...limits };
  const limiter = (name: string, points: number): RateLimiterAbstract => {
    const options = { keyPrefix: `baton:login:${name}`, points, duration: windowMs / 1_000 };
    const memory = new RateLimiterMemory(options);
    if (!redis) return memory;
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: memory,
    });
  };
  return { account: limiter('account', perAccount), address: limiter('address', perAddress) };
}

/** Whoever holds one IPv6 address holds its whole /64; a mapped IPv4 address is the IPv4 address. */
export function addressKey(ip: string): string {
  const [plain = ''] = ip.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/**
 * Counts one attempt before its password is read, by address and account and by nothing else that the caller sends.
 * The returned function takes it back once the password was right.
 * @throws TOO_MANY_REQUESTS with details {retryAfterMs}.
 */
export async function countAttempt(limiters: LoginLimiters, account: string, ip: string): Promise<() => Promise<void>> {
  const accountKey = hashSecret(account);
  const from = addressKey(ip);
  // The address first: whoever is refused by it does not lock other people's accounts any further.
  await consume(limiters.address, from);
  await consume(limiters.account, accountKey);
  return async () => {
    await Promise.all([limiters.account.delete(accountKey), limiters.address.reward(from)]);
  };
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new AppError('TOO_MANY_REQUESTS', 'Too many attempts to sign in. Wait a little.', {
      retryAfterMs: refusal.msBeforeNext,
    });
  }
}
