import { withoutNull, type JsonSchema } from './jsonSchema.js';

/** One query parameter, or the parameters `name[part]` of an object. */
export interface QueryField {
  readonly schema: JsonSchema;
  /** As OpenAPI names the ways in which a value is written. `json`: a text of JSON. */
  readonly style: 'form' | 'deepObject' | 'json';
  /** All texts that came under this name. What cannot be read stays as it is, for the procedure's schema to refuse. */
  readonly read: (texts: readonly string[]) => unknown;
  readonly parts: ReadonlyMap<string, QueryField>;
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
  return type === 'string' ? (text) => text : null;
}

const none = new Map<string, QueryField>();

export function queryField(name: string, given: JsonSchema): QueryField {
  const { schema, isNullable } = withoutNull(given);
  const scalar = scalarReader(schema);
  if (scalar) {
    const isNull = (text: string) => isNullable && text === 'null';
    const readOne: ReadOne = (text) => (isNull(text) ? null : scalar(text));
    const [form, parts] = ['form', none] as const;
    // What is given twice and may be given once is refused as a list.
    return {
      schema,
      style: form,
      parts,
      read: (texts) => (texts.length === 1 ? readOne(texts[0] ?? '') : texts.map(readOne)),
    };
  }
  const item = schema.items && scalarReader(schema.items);
  if (item) return { schema, style: 'form', parts: none, read: (texts) => texts.map(item) };
  const parts = Object.entries(schema.properties ?? {});
  if (parts.length > 0 && parts.every(([, part]) => scalarReader(withoutNull(part).schema)))
    return {
      schema,
      style: 'deepObject',
      read: (texts) => (texts.length === 1 ? texts[0] : texts),
      parts: new Map(parts.map(([part, inner]) => [part, queryField(`${name}.${part}`, inner)])),
    };
  return { schema, style: 'json', parts: none, read: (texts) => (texts.length === 1 ? asJson(texts[0] ?? '') : texts) };
}

const asJson: ReadOne = (text) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
