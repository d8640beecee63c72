import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { digestOf } from '../../../server/db/digest.js';
import { everyRoute, templateOf } from '../../../server/transport/rest/route.js';
import { everyProcedure } from '../../access/everyProcedure.js';
import { encoded, pairsOf } from '../../support/restCalls.js';
import { seedOf, writesThough } from './fuzz.js';
import { aPool, roles, type Pool, type Role } from './pool.js';
import { fromSchema, type Known, type Schema } from './schemaInputs.js';
import { inputsFrom, PROTO_MARK, textOf } from './spoiled.js';
import type { Stage } from './stage.js';
import { vocabularyOf } from './validInputs.js';
import { headersOf } from './wires.js';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: Schema;
  /** In the place of `schema`: a text of JSON. */
  readonly content?: { readonly 'application/json': { readonly schema: Schema } };
}
interface Response {
  readonly $ref?: string;
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly schema: object } | undefined>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, Response>>;
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Response>> };
}

interface Order {
  readonly seed: number;
  /** Of each operation. */
  readonly calls: number;
  /** Of the document's paths. */
  readonly paths?: (path: string) => boolean;
}
interface Report {
  /** Calls by operation and status. */
  readonly operations: Record<string, Record<string, number>>;
  readonly statuses: Record<string, number>;
}

/** Calls about one set of people and things, which they use up. */
const STRETCH = 60;
/** Node's own refusal of a long head: no call was read. */
const TOO_LONG_A_HEAD = 431;

export async function openApiOf({ url }: Stage): Promise<OpenApi> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
}

/**
 * Requests made from the document alone, right ones, nearly right ones and spoiled ones: each is answered with a status that the document
 * lists for it, in the shape that it says, and no error has written anything.
 */
export async function fuzzOpenApi(stage: Stage, document: OpenApi, { seed, calls, paths }: Order): Promise<Report> {
  const report: Report = { operations: {}, statuses: {} };
  const fits = shapesOf(document);
  let pool = await aPool(stage.world);
  let used = 0;
  for (const [path, item] of Object.entries(document.paths)) {
    if (paths?.(path) === false) continue;
    for (const [method, operation] of Object.entries(item)) {
      if ((used += calls) > STRETCH) [pool, used] = [await aPool(stage.world), calls];
      const callers = fc.constantFrom<(Role | 'nobody')[]>('admin', 'admin', 'agent', 'agent', 'customer', 'nobody');
      const requests = inputsFrom(aRequest(operation, await knownAt(pool, method, path)));
      const drawn = fc.sample(fc.tuple(callers, requests), {
        numRuns: calls,
        seed: seedOf(seed, operation.operationId),
      });
      for (const [nth, [role, asked]] of drawn.entries()) {
        const where = `${operation.operationId}, seed ${seed}, call ${nth}`;
        await judged({ stage, pool, report, document, operation, fits }, { role, method, path, asked, where });
      }
    }
  }
  return report;
}

/** The field of an input that a parameter of the path is: both names are the route's. */
async function knownAt(pool: Pool, method: string, path: string): Promise<Known> {
  const route = everyRoute.find((one) => templateOf(one) === path && one.method === method.toUpperCase());
  const procedure = everyProcedure.get(route?.procedure ?? '');
  if (!route || !procedure) throw new Error(`no such route: ${method} ${path}`);
  const { ids } = await vocabularyOf(procedure, pool);
  const fieldOf = new Map(route.segments.flatMap((one) => (typeof one === 'string' ? [] : [[one.name, one.field]])));
  return (name) => ids.get(fieldOf.get(name) ?? name);
}

interface Asked {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

function aRequest({ parameters, requestBody }: Operation, known: Known): fc.Arbitrary<Asked> {
  const valuesIn = (place: Parameter['in']) => {
    const own = parameters.filter((one) => one.in === place);
    const fields = own.map((one) => [one.name, fromSchema(schemaOf(one), known, one.name)] as const);
    return fc.record(Object.fromEntries(fields), {
      requiredKeys: own.filter(({ required }) => required).map(({ name }) => name),
    }) as fc.Arbitrary<Readonly<Record<string, unknown>>>;
  };
  const body = requestBody?.content['application/json'].schema;
  return fc.record({
    path: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    body: body ? fromSchema(body, known) : fc.constant(undefined),
  });
}

const schemaOf = ({ schema, content }: Parameter): Schema => schema ?? content?.['application/json'].schema ?? {};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** An empty text names no part of an address. */
const partOf = (value: unknown): string => encoded(asText(value)) || '-';

function addressOf(template: string, { parameters }: Operation, { path, query }: Partial<Asked>): string {
  const at = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => partOf(isRecord(path) ? path[name] : path));
  const inJson = new Set(parameters.filter(({ content }) => content).map(({ name }) => name));
  const given = Object.entries(isRecord(query) ? query : { query });
  const pairs = given.flatMap(([name, value]) => [...pairsOf(name, inJson.has(name) ? asText(value) : value)]);
  return `${at}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`.replaceAll(encoded(PROTO_MARK), '__proto__');
}

/** What no header can hold is left out. */
function headersFrom(asked: unknown): Record<string, string> {
  const given = Object.entries(isRecord(asked) ? asked : {}).map(([name, value]) => [name, asText(value)] as const);
  return Object.fromEntries(given.filter(([name, value]) => /^[\w-]+$/.test(name) && /^[\x21-\x7e]+$/.test(value)));
}

interface Asking {
  readonly stage: Stage;
  readonly pool: Pool;
  readonly report: Report;
  readonly document: OpenApi;
  readonly operation: Operation;
  readonly fits: ReturnType<typeof shapesOf>;
}
interface Call {
  readonly role: Role | 'nobody';
  readonly method: string;
  readonly path: string;
  /** Spoiled, it may be anything. */
  readonly asked: unknown;
  readonly where: string;
}

async function judged(asking: Asking, { role, method, path, asked, where }: Call): Promise<void> {
  const { stage, pool, report, operation } = asking;
  const spoiled = (isRecord(asked) ? asked : { query: { asked } }) as Partial<Asked>;
  const though = writesThough[procedureOf(path, method)];
  const tables = though ? await digestOf(stage.world.db.sequelize) : {};
  const before = await stage.commits.read();
  const sent = {
    method: method.toUpperCase(),
    address: addressOf(path, operation, spoiled),
    headers: { ...headersOf(roles.find((one) => one === role) ? pool.callers[role as Role].accessToken : null) },
    body: textOf(spoiled.body),
  };
  const answer = await send(stage.url, { ...sent, headers: { ...sent.headers, ...headersFrom(spoiled.headers) } });
  const wrote = (await stage.commits.read()) !== before;
  const { status } = answer;
  const counts = (report.operations[operation.operationId] ??= {});
  counts[status] = (counts[status] ?? 0) + 1;
  report.statuses[status] = (report.statuses[status] ?? 0) + 1;
  const about = `${where}, as ${role}: ${sent.method} ${sent.address.slice(0, 300)} ${sent.body?.slice(0, 300) ?? ''} → ${status} ${answer.text.slice(0, 300)}`;
  if (status >= 500 || status === 0) stage.find('failsInside', about, String(status));
  if (status !== TOO_LONG_A_HEAD)
    for (const said of undocumented(asking, answer)) stage.find('undocumented', about, said);
  if (status >= 400 && wrote) {
    const now = though ? await digestOf(stage.world.db.sequelize) : {};
    const moved = Object.keys(now).filter((table) => now[table]?.digest !== tables[table]?.digest);
    if (!though || !moved.every((table) => though.tables.includes(table)))
      stage.find('writesOnError', about, moved.join());
  }
  await stage.demandAlive(where);
  // Who has ended their own sign-in is somebody else from now on.
  if (role !== 'nobody' && status < 300 && method !== 'get' && !(await isSignedIn(stage, pool, role)))
    await pool.recruit(role);
}

const procedureOf = (path: string, method: string): string =>
  everyRoute.find((one) => templateOf(one) === path && one.method === method.toUpperCase())?.procedure ?? '';

async function isSignedIn(stage: Stage, pool: Pool, role: Role): Promise<boolean> {
  const { accessToken } = pool.callers[role];
  const { ok } = await fetch(`${stage.url}/api/auth/me`, { headers: headersOf(accessToken) });
  return ok;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}
interface Sent {
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** `fetch` would take dots out of an address. */
async function send(url: string, { method, address, headers, body }: Sent): Promise<Answer> {
  const { 'content-type': type = '', ...others } = headers;
  const bytes = Buffer.from(body ?? '');
  const ofBody = body === undefined ? {} : { 'content-type': type, 'content-length': String(bytes.length) };
  const call = request(url, { method, path: address, headers: { ...others, ...ofBody } });
  // It may come after the answer, when the server takes no more of the body.
  call.on('error', () => undefined);
  call.end(bytes);
  try {
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
  } catch (error) {
    return { status: 0, headers: {}, text: String(error) };
  }
}

/** Everything in which an answer is not one of those that the document has for this call. */
function undocumented({ document, operation, fits }: Asking, { status, headers, text: said }: Answer): string[] {
  const listed = operation.responses[status];
  if (!listed) return [`${status} is not listed`];
  const response =
    listed.$ref === undefined ? listed : document.components.responses[listed.$ref.split('/').at(-1) ?? ''];
  const type = (headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  const schema = response?.content?.[type]?.schema;
  if (!schema) return [`${status} has no schema of ${type}`];
  const missing = Object.keys(response?.headers ?? {}).filter((name) => headers[name.toLowerCase()] === undefined);
  // Only the shape of JSON is there to be compared.
  const complaint = type === 'application/json' ? fits(schema, said) : null;
  return [...missing.map((name) => `no header ${name}`), ...(complaint === null ? [] : [complaint])];
}

/** Each schema of the document is compiled once. */
function shapesOf(document: OpenApi): (schema: object, said: string) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as (to: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  const checks = new Map<object, ValidateFunction>();
  return (schema, said) => {
    const check =
      checks.get(schema) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
    checks.set(schema, check);
    try {
      return check(JSON.parse(said)) ? null : ajv.errorsText(check.errors);
    } catch {
      return 'the answer is no JSON';
    }
  };
}
