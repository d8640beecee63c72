import type { Attributes, Model, ModelStatic } from 'sequelize';

type Decode = (value: unknown) => unknown;
interface Column {
  readonly attribute: string;
  readonly decode: Decode | null;
}

const asDate: Decode = (value) => (typeof value === 'string' ? new Date(value) : value);
const asBoolean: Decode = (value) => (typeof value === 'number' ? value !== 0 : value);
const asJson: Decode = (value) => (typeof value === 'string' ? JSON.parse(value) : value);
const decoders: Readonly<Record<string, Decode>> = { DATE: asDate, BOOLEAN: asBoolean, JSON: asJson, JSONB: asJson };

const columnsByModel = new WeakMap<object, Map<string, Column>>();

function columnsOf(model: ModelStatic<Model>): Map<string, Column> {
  const known = columnsByModel.get(model);
  if (known) return known;
  const made = new Map<string, Column>();
  for (const [attribute, { field = attribute, type }] of Object.entries(model.getAttributes())) {
    const { key } = type as { key?: string };
    made.set(field, { attribute, decode: decoders[key ?? ''] ?? null });
  }
  columnsByModel.set(model, made);
  return made;
}

/** How rows with these fields, in this order, are decoded. */
interface Layout {
  readonly fields: readonly string[];
  readonly columns: readonly Column[];
  /** All attributes, without values: to fill in a copy costs half of what adding one after the other does. */
  readonly blank: Readonly<Record<string, unknown>>;
}

/** Of each model the one that was asked for last: rows come many alike. */
const lastLayouts = new WeakMap<object, Layout>();

function layoutOf(model: ModelStatic<Model>, fields: readonly string[]): Layout {
  const last = lastLayouts.get(model);
  if (last?.fields.length === fields.length && fields.every((field, nth) => field === last.fields[nth])) return last;
  const known = columnsOf(model);
  const columns = fields.map((field) => known.get(field) ?? { attribute: field, decode: null });
  const blank = Object.fromEntries(columns.map(({ attribute }) => [attribute, undefined]));
  const made = { fields, columns, blank };
  lastLayouts.set(model, made);
  return made;
}

/**
 * A row of a named statement as the model's attributes: camelCase names, Dates, booleans and parsed JSON on both
 * databases. Columns that the model does not know keep their name and value.
 */
export function decodeRow<M extends Model>(model: ModelStatic<M>, row: object): Attributes<M> {
  const { fields, columns, blank } = layoutOf(model, Object.keys(row));
  const decoded: Record<string, unknown> = { ...blank };
  for (const [nth, { attribute, decode }] of columns.entries()) {
    const value = (row as Record<string, unknown>)[fields[nth] ?? ''];
    decoded[attribute] = decode && value !== null ? decode(value) : value;
  }
  return decoded;
}
