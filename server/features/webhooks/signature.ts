import { createHmac } from 'node:crypto';
import type { Deps } from '../deps.js';

interface Secreted {
  readonly id: string;
  readonly secretNo: number;
  readonly previousSecretUntil: Date | null;
}

/** The secrets that are good at a moment, the newest first. */
export const secretsOf = (
  { auth }: Pick<Deps, 'auth'>,
  { id, secretNo, previousSecretUntil }: Secreted,
  now: Date,
): string[] => {
  const isPreviousGood = secretNo > 1 && previousSecretUntil !== null && previousSecretUntil > now;
  const numbers = isPreviousGood ? [secretNo, secretNo - 1] : [secretNo];
  return numbers.map((number) => auth.secrets.webhookSecret(id, number));
};

/** With its newest secret, which is made again from the id and no part of a stored reply: it is nowhere kept. */
export const withSecret = <Made extends { readonly id: string; readonly secretVersion: number }>(
  { auth }: Pick<Deps, 'auth'>,
  made: Made,
) => ({ ...made, secret: auth.secrets.webhookSecret(made.id, made.secretVersion) });

/** `t=1764230400,v1=…`: the second when it was signed, and by each good secret the HMAC-SHA256 of `<t>.<body>` in hexadecimal. */
export function signatureOf(secrets: readonly string[], body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const marks = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`,
  );
  return [`t=${seconds}`, ...marks].join(',');
}
