/** Every error a client can meet, as `data.app.code`. An error means that nothing was written. */
export const errorCodes = [
  'BAD_INPUT',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'DUPLICATE',
  'CAPACITY_EXCEEDED',
  'STALE_PROPOSAL',
  'IDEMPOTENCY_KEY_REUSED',
  'PASSWORD_CHANGE_REQUIRED',
  'TOO_MANY_REQUESTS',
  'PAYLOAD_TOO_LARGE',
  'CURSOR_EXPIRED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type ErrorDetails = { readonly [key: string]: JsonValue };

/** What stands in `error.data.app` of every failed call. */
export interface AppErrorShape {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

/** WebSocket close codes and what a client should do after each. */
export const closeCodes = {
  goingAway: { code: 1001, reconnect: 'at once' },
  unauthenticated: { code: 4001, reconnect: 'after signing in' },
  accessLost: { code: 4003, reconnect: 'never by itself' },
  tooSlow: { code: 4008, reconnect: 'with backoff, from the last cursor' },
  tooMany: { code: 4009, reconnect: 'with backoff' },
} as const;
