import { z } from 'zod';

/** A JSON Schema, as far as it is looked into. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
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
  const { anyOf, ...beside } = schema;
  const rest = anyOf?.filter(({ type }) => type !== 'null');
  if (!anyOf || !rest || rest.length === anyOf.length) return { schema, isNullable: false };
  const [only] = rest;
  return { schema: rest.length === 1 ? { ...beside, ...only } : { ...beside, anyOf: rest }, isNullable: true };
}
