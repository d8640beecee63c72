import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { Context } from '../../rpc/context.js';
import { KEY_FIELD, TABLE_FIELD, type Fields } from './fields.js';
import { hasKey, idOfKey } from './namedByKey.js';
import type { Route } from './route.js';

/** A request, taken apart. */
export interface Asked {
  /** What stands in the path, by the field that it is. */
  readonly inPath: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Whether the body is a table, which is read elsewhere. */
  readonly isTable: boolean;
  /** As it came: undefined when none did. */
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

/** What stands in the path, by field. A key stands for an id, where the call does not take keys itself. */
export async function pathFields(
  { segments, fields }: Route,
  texts: readonly string[],
  { deps, connection }: Context,
): Promise<Asked['inPath']> {
  const parameters = segments.filter((segment) => typeof segment !== 'string');
  const found: [string, string][] = [];
  for (const [at, { name, field }] of parameters.entries()) {
    const text = texts[at] ?? '';
    if (name !== 'idOrKey' || !hasKey(field, text)) found.push([field, text]);
    else if (fields.isNamedByKey) found.push(['key', text]);
    // Whoever shows no token is refused in any case, and costs the database nothing.
    else found.push([field, connection.token === null ? newId() : await idOfKey(deps.db, field, text)]);
  }
  return Object.fromEntries(found);
}

const PART = /^([^[\]]+)\[([^[\]]+)\]$/;

/** The input of the route's procedure. Whether it is right is said by the procedure itself. @throws BAD_INPUT what it could not say. */
export function inputOf(route: Route, asked: Asked): unknown {
  const { fields, line } = route;
  const inPath = { ...asked.inPath, ...(line.file && { format: line.file }) };
  if (asked.isTable && asked.idempotencyKey !== undefined)
    throw new AppError('BAD_INPUT', 'A table takes no Idempotency-Key: sent again it changes nothing.');
  if (fields.hasBody && !asked.isTable && asked.query.size > 0)
    throw new AppError('BAD_INPUT', 'This call takes a JSON body and no query parameters.');
  const loose = looseFields(fields, asked);
  for (const name of Object.keys(loose)) {
    if (name === KEY_FIELD) throw new AppError('BAD_INPUT', 'Send the key as the header Idempotency-Key.');
    if (Object.hasOwn(inPath, name)) throw new AppError('BAD_INPUT', `${name} stands in the path already.`);
  }
  if (!route.input) {
    if (Object.keys(loose).length > 0) throw new AppError('BAD_INPUT', 'This call takes nothing.');
    return undefined;
  }
  const { idempotencyKey } = asked;
  return {
    ...(fields.besidePatch ? patched(loose, fields.besidePatch) : loose),
    ...inPath,
    ...(fields.takesIdempotencyKey && idempotencyKey !== undefined && { idempotencyKey }),
  };
}

function looseFields({ hasBody, inQuery, besideTable }: Fields, asked: Asked): Readonly<Record<string, unknown>> {
  if (!asked.isTable) return hasBody ? bodyFields(asked.body) : queryFields(inQuery, asked.query);
  if (asked.query.has(TABLE_FIELD)) throw new AppError('BAD_INPUT', 'The body is the table already.');
  return { ...queryFields(besideTable ?? new Map(), asked.query), [TABLE_FIELD]: '' };
}

function bodyFields(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('BAD_INPUT', 'The body must be a JSON object.');
  return body as Readonly<Record<string, unknown>>;
}

/** The fields of a patch stand beside those that say how it is meant. */
function patched(loose: Readonly<Record<string, unknown>>, beside: ReadonlySet<string>): Record<string, unknown> {
  const entries = Object.entries(loose);
  return {
    ...Object.fromEntries(entries.filter(([name]) => beside.has(name))),
    patch: Object.fromEntries(entries.filter(([name]) => !beside.has(name))),
  };
}

/** All texts by their names. A list may also be written `name[]`, as some clients do unless told. */
function textsByName(inQuery: Fields['inQuery'], query: URLSearchParams): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const [written, text] of query) {
    const bare = written.replace(/\[\]$/, '');
    const name = inQuery.get(bare)?.isList ? bare : written;
    const known = texts.get(name);
    if (known) known.push(text);
    else texts.set(name, [text]);
  }
  return texts;
}

function queryFields(inQuery: Fields['inQuery'], query: URLSearchParams): Readonly<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const [name, texts] of textsByName(inQuery, query)) {
    const [, whole = '', part = ''] = PART.exec(name) ?? [];
    const outer = inQuery.get(whole);
    if (outer?.style === 'deepObject') {
      const known = found.get(whole);
      const others = typeof known === 'object' ? known : {};
      found.set(whole, { ...others, ...Object.fromEntries([[part, readBy(outer.parts.get(part), texts)]]) });
    } else found.set(name, readBy(inQuery.get(name), texts));
  }
  return Object.fromEntries(found);
}

const readBy = (
  field: { read: (texts: readonly string[]) => unknown } | undefined,
  texts: readonly string[],
): unknown => (field ? field.read(texts) : texts[0]);
