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

/**
 * A row of a named statement as the model's attributes: camelCase names, Dates, booleans and parsed JSON on both
 * databases. Columns that the model does not know keep their name and value.
 */
export function decodeRow<M extends Model>(model: ModelStatic<M>, row: object): Attributes<M> {
  const columns = columnsOf(model);
  const decoded: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(row)) {
    const column = columns.get(field);
    if (!column) decoded[field] = value;
    else decoded[column.attribute] = column.decode && value !== null ? column.decode(value) : value;
  }
  return decoded;
}
