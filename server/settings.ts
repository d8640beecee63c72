import { z } from 'zod';
import { nothingAllowed, parseAllowed } from './outbound/addresses.js';

/** How single settings are written. */
export const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
export const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'is not a whole number').transform(Number).pipe(z.int().min(min).max(max));

export const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** `15m`, `30d`, or a number of seconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]?$/, 'is not a duration such as 900, 15m, 12h or 30d')
  .transform((value) => Number.parseInt(value, 10) * unitMs[(/[smhd]$/.exec(value)?.[0] ?? 's') as keyof typeof unitMs])
  .pipe(z.int().max(400 * unitMs.d));

// A pattern would be taken for a host of this name, and match nothing that it was meant to.
const isOrigin = (value: string) => !value.includes('*') && URL.canParse(value) && new URL(value).origin === value;
export const origins = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string().refine(isOrigin, 'is not an origin such as https://board.example.com')));

/** Not of SQLite in memory: each of its connections would have a database of its own. */
export const isDatabase = (value: string) =>
  /^sqlite:(?!(\/\/)?:memory:$).+/.test(value) || (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value));
export const postgresUrls = z
  .string()
  .transform((value) => value.split(',').map((url) => url.trim()))
  .pipe(z.array(z.string().refine((url) => /^postgres(ql)?:\/\//.test(url) && isDatabase(url), 'is not postgres://…')));
export const isRedis = (value: string) =>
  value.split(',').every((url) => /^rediss?:\/\/[^/]/.test(url.trim()) && URL.canParse(url.trim()));

export const isHttp = (value: string) => /^https?:\/\/[^/]/.test(value) && URL.canParse(value);
export const isClamd = (value: string) => /^(tcp:\/\/[^/]+|unix:\/\/\/.+)$/.test(value) && URL.canParse(value);

export const allowedHosts = z.string().transform((value, context) => {
  const allowed = parseAllowed(value);
  if (!allowed) context.addIssue('is not a list of hosts and networks such as hooks.internal,10.1.0.0/16');
  return allowed ?? nothingAllowed;
});

export const isSmtp = (value: string) =>
  /^smtps?:\/\/[^/]/.test(value) && URL.canParse(value) && new URL(value).hostname !== '';
const ADDRESS = '[^\\s<>@,;:"()]+@[^\\s<>@,;:"()]+';
/** One mailbox. A comma would make it several, a break would begin another header. */
export const mailbox = new RegExp(`^(${ADDRESS}|[^<>@,;:"()\\p{Cc}]+ <${ADDRESS}>)$`, 'u');

/** Random text of 32 characters has 10 different ones all but surely, also as hexadecimal; `changeme` repeated has not. */
export const isVaried = (secret: string) => new Set(secret).size >= 10;

export const credential = z.string().regex(/^\S+$/, 'holds a space');
