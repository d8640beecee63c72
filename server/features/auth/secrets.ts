import { createHash, createHmac, randomBytes } from 'node:crypto';

/** How a token is kept: it is long and random, so a fast hash is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A key of its own for each purpose: what is signed for one is worth nothing for another. */
export const derivedKey = (secret: string, purpose: string): Buffer =>
  createHmac('sha256', secret).update(`baton ${purpose}`).digest();

/** Secrets that this server alone can make again, under keys of their own for each purpose. */
export interface Secrets {
  newRefreshToken(): string;
  /**
   * The token that replaces `presented`: always the same one, so that a client whose reply was lost gets it again,
   * although only its hash is stored. Needs both the server's secret and the old token to be made.
   */
  successorOf(presented: string): string;
  /** The key's secret part; made again for the repeat of a request, hence never stored with the reply. */
  apiKeySecret(apiKeyId: string): string;
  /** Signs what is sent to a webhook, or proves what comes by an incoming one: made again from its number, hence never stored. */
  webhookSecret(webhookId: string, number: number): string;
  /** Stands for a password where a request is remembered: equal for equal ones, useless without the server's secret. */
  conceal(password: string): string;
}

export function createSecrets(secret: string): Secrets {
  const make = (purpose: string, text: string) =>
    createHmac('sha256', derivedKey(secret, purpose)).update(text).digest('base64url');
  return {
    newRefreshToken: () => randomBytes(32).toString('base64url'),
    successorOf: (presented) => make('refresh token', presented),
    apiKeySecret: (apiKeyId) => make('api key', apiKeyId),
    webhookSecret: (webhookId, number) => `whsec_${make('webhook', `${webhookId} ${number}`)}`,
    conceal: (password) => make('concealed password', password),
  };
}
