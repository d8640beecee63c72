import type { ErrorCode } from '../../contract/errors.js';
import type { LiveApp } from '../transport/anApp.js';
import { requestOf, restCall } from '../support/restCalls.js';
import { Wire } from '../transport/anApp.js';
import type { Procedure } from './everyProcedure.js';
import type { Caller } from './scene.js';

export interface Call extends Pick<Procedure, 'path' | 'type'> {
  readonly input: unknown;
}
export interface Answer {
  readonly code: ErrorCode | 'OK';
  /** Null where a transport has none of its own. */
  readonly status: number | null;
  /** As it came. */
  readonly text: string;
}

/** Asks one after the other, or all at once where the transport can. */
export type Transport = (app: LiveApp, caller: Caller, calls: readonly Call[]) => Promise<Answer[]>;

const headersOf = ({ token }: Caller): Record<string, string> => ({
  'content-type': 'application/json',
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
});
const codeIn = (reply: any): Answer['code'] => reply.error?.data?.app?.code ?? (reply.result ? 'OK' : 'INTERNAL');

async function request(app: LiveApp, caller: Caller, type: Call['type'], path: string, input: unknown) {
  const isMutation = type === 'mutation';
  const text = input === undefined ? undefined : JSON.stringify(input);
  const joint = path.includes('?') ? '&' : '?';
  const query = isMutation || text === undefined ? '' : `${joint}input=${encodeURIComponent(text)}`;
  const response = await fetch(`${app.http}/trpc/${path}${query}`, {
    method: isMutation ? 'POST' : 'GET',
    headers: headersOf(caller),
    ...(isMutation && text !== undefined ? { body: text } : {}),
  });
  return { status: response.status, text: await response.text() };
}

/** The first thing that a stream of Server-Sent Events says: an item, or its error. */
async function firstOfStream(app: LiveApp, caller: Caller, { path, input }: Call): Promise<Answer> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const abort = new AbortController();
  const headers = { ...headersOf(caller), accept: 'text/event-stream' };
  const response = await fetch(`${app.http}/trpc/${path}${query}`, { headers, signal: abort.signal });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (/^(event: serialized-error|id: .*)\n[^]*?\n\n/m.test(text) || text.startsWith('{"error"')) break;
  }
  abort.abort();
  const failed = /event: serialized-error\ndata: (.*)/.exec(text)?.[1] ?? (text.startsWith('{') ? text : undefined);
  if (failed === undefined) return { code: /^id: /m.test(text) ? 'OK' : 'INTERNAL', status: response.status, text };
  const error = JSON.parse(failed);
  return { code: codeIn(error.error ? error : { error }), status: null, text };
}

export const http: Transport = async (app, caller, calls) => {
  const answers: Answer[] = [];
  for (const call of calls) {
    if (call.type === 'subscription') answers.push(await firstOfStream(app, caller, call));
    else {
      const { status, text } = await request(app, caller, call.type, call.path, call.input);
      answers.push({ code: codeIn(JSON.parse(text)), status, text });
    }
  }
  return answers;
};

/** Calls of one type; there are no subscriptions in a batch. */
export const batch: Transport = async (app, caller, calls) => {
  const [first] = calls;
  if (!first) return [];
  const path = `${calls.map((call) => call.path).join(',')}?batch=1`;
  const input = Object.fromEntries(calls.map((call, at) => [at, call.input]));
  const { text } = await request(app, caller, first.type, path, input);
  const replies: unknown[] = JSON.parse(text);
  return replies.map((reply) => ({ code: codeIn(reply), status: null, text: JSON.stringify(reply) }));
};

/** By the paths of the document; there are no subscriptions among them. */
export const rest: Transport = async (app, caller, calls) => {
  const answers: Answer[] = [];
  for (const call of calls) {
    const { path, headers, ...init } = requestOf(restCall(call.path, call.input));
    const { authorization } = headersOf(caller);
    const response = await fetch(`${app.http}${path}`, {
      ...init,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    });
    const text = await response.text();
    const { error } = JSON.parse(text);
    // What is made is answered 201, which is 200 to whoever asks whether it was done.
    answers.push({ code: error?.code ?? 'OK', status: response.status === 201 ? 200 : response.status, text });
  }
  return answers;
};

const wires = new WeakMap<Caller, Wire>();

async function wireOf(app: LiveApp, caller: Caller): Promise<Wire> {
  const known = wires.get(caller);
  if (known && known.ws.readyState === known.ws.OPEN) return known;
  const wire = await Wire.open(app.ws, caller.token ?? undefined);
  wires.set(caller, wire);
  return wire;
}

export const ws: Transport = async (app, caller, calls) => {
  const answers: Answer[] = [];
  for (const call of calls) answers.push(await askByWire(app, caller, call));
  return answers;
};

/** A socket of nobody is closed when it has not signed in after some seconds: what it did not answer is asked again. */
async function askByWire(app: LiveApp, caller: Caller, { type, path, input }: Call): Promise<Answer> {
  for (;;) {
    const wire = await wireOf(app, caller);
    const id = wire.begin(type, path, input);
    const ended = await Promise.race([wire.answer(id), wire.closed]);
    // A call may end its own socket, right after its answer.
    const reply = wire.frames.find((frame) => frame.id === id);
    if (!reply) {
      if (caller.token === null) continue;
      throw new Error(`no answer to ${path}: ${JSON.stringify(ended)}`);
    }
    if (type === 'subscription') wire.send({ id, method: 'subscription.stop' });
    return { code: codeIn(reply), status: null, text: JSON.stringify(reply) };
  }
}

export const closeWire = (caller: Caller): void => wires.get(caller)?.close();
