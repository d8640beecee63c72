import { WebSocket } from 'ws';
import type { Procedure } from '../../access/everyProcedure.js';
import { requestOf, restCall } from '../../support/restCalls.js';

export interface Call extends Pick<Procedure, 'path' | 'type'> {
  /** The input as it is sent. */
  readonly text: string | undefined;
}
export interface Answer {
  /** An ErrorCode, `OK`, or what came in the place of one: `HTTP 431`, `CLOSED 1009`, `SILENT`. */
  readonly code: string;
  readonly status: number | null;
  readonly text: string;
  readonly data: unknown;
  readonly ms: number;
}

/** How calls of one caller are sent, one after the other. */
export interface Line {
  send(call: Call): Promise<Answer>;
  close(): void;
}

const SILENT_MS = 10_000;
const begun = (): (() => number) => {
  const from = performance.now();
  return () => performance.now() - from;
};
const parsed = (text: string): any => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

let addresses = 0;
const nextAddress = (): string => `10.${(++addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;

/** Each call from an address of its own, unless told: the limits of an address are not what is asked about here. */
export const headersOf = (token: string | null, address = nextAddress()): Record<string, string> => ({
  'content-type': 'application/json',
  'x-forwarded-for': address,
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
});

function answerOf(status: number, text: string, reply: any, ms: number): Answer {
  const code = reply?.error?.data?.app?.code ?? (reply?.result ? 'OK' : `HTTP ${status}`);
  return { code, status, text, data: reply?.result?.data, ms };
}

interface Caller {
  readonly token: string | null;
  readonly address?: string;
}

async function request(url: string, { token, address }: Caller, { type, path, text }: Call) {
  const isPost = type === 'mutation';
  const joint = path.includes('?') ? '&' : '?';
  const query = isPost || text === undefined ? '' : `${joint}input=${encodeURIComponent(text)}`;
  const elapsed = begun();
  try {
    const response = await fetch(`${url}/trpc/${path}${query}`, {
      method: isPost ? 'POST' : 'GET',
      headers: { ...headersOf(token, address), ...(type === 'subscription' ? { accept: 'text/event-stream' } : {}) },
      signal: AbortSignal.timeout(SILENT_MS),
      ...(isPost && text !== undefined ? { body: text } : {}),
    });
    const body = type === 'subscription' ? await firstOf(response) : await response.text();
    return { status: response.status, body, ms: elapsed() };
  } catch (error) {
    return { status: 0, body: String(error), ms: elapsed() };
  }
}

/** The first thing that a stream of Server-Sent Events says, as the reply of a call. */
async function firstOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const failed = /event: serialized-error\ndata: (.*)\n/.exec(text)?.[1];
    if (failed !== undefined) return `{"error":${failed}}`;
    const first = /^data: (.*)\nid: (.*)$/m.exec(text);
    if (first) return JSON.stringify({ result: { data: { id: first[2], data: parsed(first[1] ?? '') } } });
  }
  return text;
}

export const http = (url: string, token: string | null, address?: string): Line => ({
  send: async (call) => {
    const { status, body, ms } = await request(url, { token, ...(address && { address }) }, call);
    return answerOf(status, body, parsed(body), ms);
  },
  close: () => undefined,
});

/** Null for what no caller's JSON could write again: it is none, or is nested too deep. */
function restRequest(path: string, text: string | undefined) {
  try {
    return requestOf(restCall(path, text === undefined ? {} : JSON.parse(text)));
  } catch {
    return null;
  }
}

/** By the paths of the document. What cannot be taken apart goes as the text that it is. */
export const rest = (url: string, token: string | null): Line => ({
  send: async ({ path, text }) => {
    const wellMade = restRequest(path, text);
    const { path: address, ...init } = wellMade ?? { ...requestOf(restCall(path, {})), body: text };
    const isGet = init.method === 'GET';
    const query = wellMade || !isGet ? '' : `?input=${encodeURIComponent(text ?? '')}`;
    const { 'content-type': type = '', ...headers } = headersOf(token);
    const elapsed = begun();
    try {
      const response = await fetch(`${url}${address}${query}`, {
        method: init.method,
        headers: { ...headers, ...(init.body !== undefined && { 'content-type': type }), ...init.headers },
        body: isGet ? null : (init.body ?? null),
        signal: AbortSignal.timeout(SILENT_MS),
      });
      const [status, body] = [response.status, await response.text()];
      const reply = parsed(body);
      const code = response.ok ? 'OK' : (reply?.error?.code ?? `HTTP ${status}`);
      return { code, status, text: body, data: reply, ms: elapsed() };
    } catch (error) {
      return { code: 'HTTP 0', status: 0, text: String(error), data: undefined, ms: elapsed() };
    }
  },
  close: () => undefined,
});

/** What goes along with a call in a batch, and is refused or only reads. */
const companions: Readonly<Record<Call['type'], Call>> = {
  query: { path: 'auth.me', type: 'query', text: undefined },
  subscription: { path: 'auth.me', type: 'query', text: undefined },
  mutation: { path: 'departments.create', type: 'mutation', text: '{}' },
};

/** In a batch, behind another call. Streams are in no batch. */
export const batch = (url: string, token: string | null, companion?: Call): Line => ({
  send: async ({ type, path, text }) => {
    const first = companion ?? companions[type];
    const inputs = [first.text, text].flatMap((input, nth) => (input === undefined ? [] : [`"${nth}":${input}`]));
    const joined = { type, path: `${first.path},${path}?batch=1`, text: `{${inputs.join()}}` };
    const { status, body, ms } = await request(url, { token }, joined);
    const replies: unknown = parsed(body);
    return answerOf(status, body, Array.isArray(replies) ? replies[1] : replies, ms);
  },
  close: () => undefined,
});

/** One socket, opened again when it was closed. */
export function socket(url: string, token: string | null): Line {
  let open: Promise<WebSocket> | null = null;
  let waiting: ((text: string) => void) | null = null;
  let lastId = 0;
  const connect = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const ws = new WebSocket(`${url.replace('http', 'ws')}/trpc`, { headers: headersOf(token) });
      ws.on('message', (data) => {
        const text = (data as Buffer).toString();
        if (text === 'PING') ws.send('PONG');
        else waiting?.(text);
      });
      ws.once('open', () => resolve(ws));
      ws.on('error', reject);
      ws.once('close', (code) => {
        open = null;
        waiting?.(`CLOSED ${code}`);
      });
    });
  const send = async ({ path, type, text }: Call): Promise<Answer> => {
    const ws = await (open ??= connect());
    const id = ++lastId;
    const elapsed = begun();
    const input = text === undefined ? '' : `,"input":${text}`;
    const reply = await new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve('SILENT'), SILENT_MS);
      waiting = (said) => {
        const { id: whose, result } = parsed(said) ?? { id };
        if ((whose !== id && whose !== null) || result?.type === 'started') return;
        clearTimeout(timer);
        waiting = null;
        resolve(said);
      };
      ws.send(`{"id":${id},"method":"${type}","params":{"path":"${path}"${input}}}`);
    });
    if (type === 'subscription') ws.send(`{"id":${id},"method":"subscription.stop"}`);
    const read = parsed(reply);
    const answer = answerOf(0, reply, read, elapsed());
    return { ...answer, status: null, code: read === undefined ? reply : answer.code };
  };
  return {
    send: (call) =>
      send(call).catch((error: unknown) => ({ code: 'SILENT', status: null, text: String(error), data: null, ms: 0 })),
    close: () =>
      void open?.then(
        (ws) => ws.terminate(),
        () => undefined,
      ),
  };
}

export const transports = { http, batch, socket, rest };
export type Transport = keyof typeof transports;
