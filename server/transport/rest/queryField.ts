import { withoutNull, type JsonSchema } from './jsonSchema.js';

/** One query parameter, or the parameters `name[part]` of an object. */
export interface QueryField {
  readonly schema: JsonSchema;
  /** As OpenAPI names the ways in which a value is written. `json`: a text of JSON. */
  readonly style: 'form' | 'deepObject' | 'json';
  /** All texts that came under this name. What cannot be read stays as it is, for the procedure's schema to refuse. */
  readonly read: (texts: readonly string[]) => unknown;
  readonly parts: ReadonlyMap<string, QueryField>;
  /** Whether it is repeated for several values. */
  readonly isList: boolean;
}

type ReadOne = (text: string) => unknown;

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;
const asNumber: ReadOne = (text) => (NUMBER.test(text) ? Number(text) : text);
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false };
const asBoolean: ReadOne = (text) => (Object.hasOwn(booleans, text) ? booleans[text] : text);

/** Words are taken in any case: `status=active`. */
function asWordOf(words: readonly unknown[]): ReadOne {
  const byLowerCase = new Map(words.map((word) => [String(word).toLowerCase(), word]));
  return (text) => byLowerCase.get(text.toLowerCase()) ?? text;
}

/** How a single value is read; null when it is not one. */
function scalarReader({ type, enum: words }: JsonSchema): ReadOne | null {
  if (words) return asWordOf(words);
  if (type === 'number' || type === 'integer') return asNumber;
  if (type === 'boolean') return asBoolean;
  return type === 'string' ? asText : null;
}

type Kind = Pick<QueryField, 'style' | 'read'> & Partial<QueryField>;

function kindOf(name: string, schema: JsonSchema, isNullable: boolean): Kind {
  const scalar = scalarReader(schema);
  if (scalar) return { style: 'form', read: (texts) => single(texts, isNullable ? orNull(scalar) : scalar) };
  const item = schema.items && scalarReader(schema.items);
  if (item) return { style: 'form', isList: true, read: (texts) => texts.map(item) };
  const parts = Object.entries(schema.properties ?? {});
  if (parts.length === 0 || !parts.every(([, part]) => scalarReader(withoutNull(part).schema)))
    return { style: 'json', read: (texts) => single(texts, asJson) };
  const fields = parts.map(([part, inner]) => [part, queryField(`${name}.${part}`, inner)] as const);
  return { style: 'deepObject', parts: new Map(fields), read: (texts) => single(texts, asText) };
}

export function queryField(name: string, given: JsonSchema): QueryField {
  const { schema, isNullable } = withoutNull(given);
  return { schema, isList: false, parts: new Map(), ...kindOf(name, schema, isNullable) };
}

/** What is given twice and may be given once is refused as the list that it is. */
const single = (texts: readonly string[], read: ReadOne): unknown =>
  texts.length === 1 ? read(texts[0] ?? '') : texts.map(read);

const asText: ReadOne = (text) => text;
const orNull =
  (read: ReadOne): ReadOne =>
  (text) =>
    text === 'null' ? null : read(text);
const asJson: ReadOne = (text) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
