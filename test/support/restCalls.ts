import { KEY_FIELD } from '../../server/transport/rest/fields.js';
import { everyRoute, templateOf, type Route } from '../../server/transport/rest/route.js';

type Fields = Readonly<Record<string, unknown>>;

/** A call of a procedure as REST has it. */
export interface RestCall {
  readonly route: Route;
  /** By the names of the document, whatever they are in. */
  readonly inPath: Fields;
  readonly inQuery: Fields;
  readonly body: Fields | undefined;
  readonly idempotencyKey: unknown;
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parametersIn = ({ segments }: Route) => segments.filter((segment) => typeof segment !== 'string');

/** The line whose path says what the input says. */
function routeFor(procedure: string, input: Fields): Route {
  const routes = everyRoute.filter((route) => route.procedure === procedure);
  const fitting = routes.find((route) => parametersIn(route).every(({ field }) => input[field] !== undefined));
  const route = fitting ?? routes[0];
  if (!route) throw new Error(`${procedure} has no path`);
  return route;
}

/** A procedure's input, taken apart as a caller of REST does it. */
export function restCall(procedure: string, input: unknown): RestCall {
  const given = isRecord(input) ? input : {};
  const route = routeFor(procedure, given);
  const { [KEY_FIELD]: idempotencyKey, ...rest } = given;
  const inPath: Record<string, unknown> = {};
  const loose: Record<string, unknown> = { ...rest };
  for (const { name, field } of parametersIn(route)) {
    const named = loose[field] === undefined && name === 'idOrKey' ? 'key' : field;
    inPath[name] = loose[named];
    delete loose[named];
  }
  const { hasBody, besidePatch } = route.fields;
  const { patch, ...beside } = loose;
  const body = besidePatch && isRecord(patch) ? { ...beside, ...patch } : loose;
  return { route, inPath, inQuery: hasBody ? {} : loose, body: hasBody ? body : undefined, idempotencyKey };
}

const isWord = (value: unknown) => value !== null && typeof value !== 'object';
const said = (value: unknown): string => (isWord(value) ? String(value) : (JSON.stringify(value) ?? ''));

/** An ill-formed text can be in no address: it goes as what such texts are read as. */
export const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

export function* pairsOf(name: string, value: unknown): Generator<string> {
  if (value === undefined) return;
  if (Array.isArray(value)) for (const one of value) yield `${encoded(name)}=${encoded(said(one))}`;
  else if (isRecord(value))
    for (const [part, inner] of Object.entries(value)) yield `${encoded(`${name}[${part}]`)}=${encoded(said(inner))}`;
  else yield `${encoded(name)}=${encoded(said(value))}`;
}

export const pathOfCall = ({ route, inPath, inQuery }: RestCall): string => {
  const path = templateOf(route).replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(said(inPath[name] ?? '')));
  const query = Object.entries(inQuery).flatMap(([name, value]) => [...pairsOf(name, value)]);
  return query.length > 0 ? `${path}?${query.join('&')}` : path;
};

/** What `fetch` wants to hear. */
export function requestOf(call: RestCall): {
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
} {
  const { route, body, idempotencyKey } = call;
  const hasBody = body !== undefined && Object.keys(body).length > 0;
  return {
    path: pathOfCall(call),
    method: route.method,
    headers: {
      ...(hasBody && { 'content-type': 'application/json' }),
      // What no header can hold is left out.
      ...(typeof idempotencyKey === 'string' &&
        /^[\x21-\x7e]+$/.test(idempotencyKey) && { 'idempotency-key': idempotencyKey }),
    },
    ...(hasBody && { body: JSON.stringify(body) }),
  };
}
