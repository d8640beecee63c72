import type { Model, ModelStatic } from 'sequelize';
import { generatedColumns } from './allModels.js';
import { familyOf, type ColumnShape, type TableShape } from './schema.js';

const modelTypes: Readonly<Record<string, string>> = { DATE: 'instant', DATEONLY: 'day', 'DOUBLE PRECISION': 'real' };

/** What `@ForeignKey` wrote down; Sequelize itself learns only of those that an association goes along. */
function foreignKeysOf(model: ModelStatic<Model>): string[] {
  type Marked = { foreignKey: string; relatedClassGetter: () => ModelStatic<Model> }[] | undefined;
  const marked = Reflect.getMetadata('sequelize:foreignKeys', model.prototype as object) as Marked;
  return (marked ?? [])
    .map(({ foreignKey, relatedClassGetter }) => {
      const target = relatedClassGetter();
      const field = (of: ModelStatic<Model>, attribute = '') => of.getAttributes()[attribute]?.field ?? attribute;
      return `${field(model, foreignKey)} -> ${target.tableName}.${field(target, target.primaryKeyAttribute)}`;
    })
    .toSorted();
}

function typeOf(type: unknown): string {
  const { key, options } = type as { key: string; options?: { length?: number } };
  return modelTypes[key] ?? familyOf(key === 'STRING' ? `varchar(${options?.length})` : key);
}

/** What a model says of its table, in the words of `readSchema`. */
export function shapeOfModel(model: ModelStatic<Model>): Omit<TableShape, 'enums'> {
  const attributes = Object.values(model.getAttributes()).map((attribute) => ({
    ...attribute,
    field: attribute.field ?? '',
    generated: generatedColumns[model.tableName]?.includes(attribute.field ?? '') ?? false,
  }));
  const columns = attributes.map(({ field, type, allowNull, primaryKey, generated }): [string, ColumnShape] => {
    const nullable = allowNull !== false && !primaryKey && !generated;
    return [field, { type: typeOf(type), nullable }];
  });
  return {
    columns: Object.fromEntries(columns),
    primaryKey: attributes.filter(({ primaryKey }) => primaryKey).map(({ field }) => field),
    foreignKeys: foreignKeysOf(model),
  };
}

/** Defaults that a database can write by itself, as SQL, by column; those that are made by the program are not among them. */
export function defaultsOf(model: ModelStatic<Model>): Record<string, string> {
  const defaults: Record<string, string> = {};
  for (const { field, defaultValue } of Object.values(model.getAttributes())) {
    if (field === undefined) continue;
    if (typeof defaultValue === 'string') defaults[field] = `'${defaultValue.replaceAll("'", "''")}'`;
    if (typeof defaultValue === 'number' || typeof defaultValue === 'boolean') defaults[field] = String(defaultValue);
    if (defaultValue !== null && typeof defaultValue === 'object')
      defaults[field] = `'${JSON.stringify(defaultValue).replaceAll("'", "''")}'`;
  }
  return defaults;
}

export interface ModelIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[];
}

/** The indexes that a model names itself; most stand in migrations alone. */
export const indexesOf = (model: ModelStatic<Model>): ModelIndex[] =>
  (model.options.indexes ?? []).flatMap(({ name, unique = false, fields = [] }) => {
    const columns = fields.map((field) => (typeof field === 'string' ? field : 'name' in field ? field.name : ''));
    return name === undefined || columns.includes('') ? [] : [{ name, unique, columns }];
  });
