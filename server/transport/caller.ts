import type { IncomingMessage } from 'node:http';

export interface CallerRules {
  /** Origins, besides the server's own host, that browsers may call from. */
  readonly allowedOrigins: readonly string[];
  /** Whether headers of a proxy in front are believed. */
  readonly trustProxy: boolean;
}

/** Null when no browser speaks. */
export const originOf = (request: IncomingMessage): string | null => request.headers.origin ?? null;

/** Callers that are not browsers name no origin; a browser comes from our own host, or from a listed origin exactly. */
export function isAllowedOrigin(request: IncomingMessage, { allowedOrigins, trustProxy }: CallerRules): boolean {
  const origin = originOf(request);
  if (origin === null || allowedOrigins.includes(origin)) return true;
  const forwarded = trustProxy ? lastOf(request.headers['x-forwarded-host']) : null;
  return URL.canParse(origin) && new URL(origin).host === (forwarded ?? request.headers.host);
}

/** The address that the connection, or the nearest proxy, saw. */
export function addressOf(request: IncomingMessage, { trustProxy }: CallerRules): string {
  const forwarded = trustProxy ? lastOf(request.headers['x-forwarded-for']) : null;
  return forwarded ?? request.socket.remoteAddress ?? '';
}

/** A client may write the header itself; only what the last proxy appended is known to be true. */
function lastOf(header: string | string[] | undefined): string | null {
  return [header ?? []].flat().join(',').split(',').at(-1)?.trim() || null;
}

export function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';
