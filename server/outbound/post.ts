import {
  request as requestPlainly,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { request as requestOverTls } from 'node:https';
import { isIP } from 'node:net';
import { Denied, resolveHost, resolveTarget, type Resolve, type Target, type TargetRules } from './target.js';

export interface PostRules extends TargetRules {
  /** For a name to lead somewhere and somebody there to be reached. */
  readonly connectMs: number;
  /** For everything. */
  readonly totalMs: number;
  /** Of an answer that has begun: so long its body is waited for, */
  readonly bodyMs: number;
  /** and so much of it is read; the rest is cut off. */
  readonly bodyBytes: number;
  readonly resolve?: Resolve;
}

export interface Answer {
  readonly status: number;
  /** The first ones, cut to a bound. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body. */
  readonly body: string;
}

export type Posted = { readonly durationMs: number } & (
  | { readonly answer: Answer }
  /** `denied`: nobody was connected to. */
  | { readonly problem: string; readonly isDenied: boolean }
);

export type Post = (url: string, body: string, headers: OutgoingHttpHeaders) => Promise<Posted>;

/**
 * Sends a body to an address that somebody named. The name is looked up once, and the very address that it led to is connected to; no redirect
 * is followed, no encoding undone, and no more is waited for or read than the rules say. Never throws.
 */
export const poster =
  (rules: PostRules): Post =>
  async (url, body, headers) => {
    const begun = performance.now();
    const durationMs = () => Math.round(performance.now() - begun);
    try {
      const answer = await withClock(rules, (clock) => send(rules, url, body, headers, clock));
      return { answer, durationMs: durationMs() };
    } catch (error) {
      return { problem: problemOf(error), isDenied: error instanceof Denied, durationMs: durationMs() };
    }
  };

/** The words of servers may say what others must not read: of an error only its code, or its first words. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error instanceof Denied || error instanceof TooSlow) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return (code ?? error.message).slice(0, 200);
}

class TooSlow extends Error {}

interface Clock {
  /** Gives up this way when it takes too long. Called once there is something to give up. */
  readonly onLate: (giveUp: (error: Error) => void) => void;
  readonly connected: () => void;
}

async function withClock<Result>(
  { connectMs, totalMs }: PostRules,
  work: (clock: Clock) => Promise<Result>,
): Promise<Result> {
  let giveUp: ((error: Error) => void) | undefined;
  let reject: (error: Error) => void = () => undefined;
  const late = new Promise<never>((_, refuse) => (reject = refuse));
  const end = (what: string) => () => {
    const error = new TooSlow(what);
    giveUp?.(error);
    reject(error);
  };
  const connecting = setTimeout(end(`was not reached in ${connectMs} ms`), connectMs);
  const all = setTimeout(end(`had not answered after ${totalMs} ms`), totalMs);
  try {
    const clock = { onLate: (how: typeof giveUp) => (giveUp = how), connected: () => clearTimeout(connecting) };
    return await Promise.race([work(clock), late]);
  } finally {
    clearTimeout(connecting);
    clearTimeout(all);
  }
}

async function send(
  rules: PostRules,
  address: string,
  body: string,
  headers: OutgoingHttpHeaders,
  clock: Clock,
): Promise<Answer> {
  let isLate = false;
  clock.onLate(() => (isLate = true));
  const target = await resolveTarget(address, rules, rules.resolve ?? resolveHost);
  // A resolver cannot be stopped: what it says too late is not gone after.
  if (isLate) throw new TooSlow('was not reached in time');
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const request = requestTo(target, { ...headers, 'content-length': bytes.length, 'accept-encoding': 'identity' });
    clock.onLate((error) => request.destroy(error));
    request.once('socket', (socket) =>
      socket.once(target.url.protocol === 'https:' ? 'secureConnect' : 'connect', clock.connected),
    );
    request.on('error', reject);
    request.once('response', (response) => {
      const answered = (read: string) =>
        resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: read });
      readBeginning(request, response, rules, answered);
    });
    request.end(bytes);
  });
}

function requestTo({ url, address, family, port }: Target, headers: OutgoingHttpHeaders): ClientRequest {
  const common = {
    method: 'POST',
    // The address that was looked at, not the name: nobody looks it up again.
    host: address,
    family,
    port,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, connection: 'close' },
    agent: false,
    setHost: false,
    maxHeaderSize: 16_384,
  } as const;
  if (url.protocol === 'http:') return requestPlainly(common);
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return requestOverTls({ ...common, ...(isIP(name) === 0 && { servername: name }) });
}

const HEADERS = 30;
const HEADER_LENGTH = 300;

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const shown = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(
    shown.slice(0, HEADERS).map(([name, value]) => [name, storable(String(value).slice(0, HEADER_LENGTH))]),
  );
}

/** As both databases take it. */
const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD');

/** Reads as much as the rules allow, and lets go of the rest: of a body that has no end too. */
function readBeginning(
  request: ClientRequest,
  response: IncomingMessage,
  { bodyMs, bodyBytes }: PostRules,
  done: (read: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = () => {
    clearTimeout(timer);
    request.destroy();
    done(storable(new TextDecoder().decode(Buffer.concat(chunks).subarray(0, bodyBytes))));
  };
  const timer = setTimeout(end, bodyMs);
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bodyBytes) end();
  });
  response.once('end', end);
  response.once('error', end);
  response.once('aborted', end);
}
