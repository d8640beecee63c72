import { z } from 'zod';

/** A JSON Schema, as far as it is looked into. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  /** Several, where null is taken too. */
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

/** What a procedure takes. */
export function inputSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return rest;
}

/** The schema but for null, and whether it takes null. */
export function withoutNull(schema: JsonSchema): { readonly schema: JsonSchema; readonly isNullable: boolean } {
  const { type, anyOf, enum: words, ...beside } = schema;
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== 'null');
    const [only] = types;
    const rest = words && { enum: words.filter((word) => word !== null) };
    if (types.length === 1 && only !== undefined)
      return { schema: { ...beside, ...rest, type: only }, isNullable: true };
  }
  const choices = anyOf?.filter((one) => one.type !== 'null');
  if (!anyOf || !choices || choices.length === anyOf.length) return { schema, isNullable: false };
  const [only] = choices;
  return { schema: choices.length === 1 ? { ...beside, ...only } : { ...beside, anyOf: choices }, isNullable: true };
}
