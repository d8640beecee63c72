import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CustomFields, CustomFieldsFilter } from '../../contract/customField.js';
import { jsonObject } from '../../contract/validation.js';
import { GetTicketInput } from '../../contract/ticketInputs.js';
import { procedures } from '../../server/rpc/procedures.js';

interface Procedure {
  readonly _def: { readonly type: 'query' | 'mutation' | 'subscription'; readonly inputs: readonly z.ZodType[] };
}

/** All procedures by path, through nested routers. */
function walk(record: object, path: readonly string[] = []): [string, Procedure['_def']][] {
  return Object.entries(record).flatMap(([name, inner]: [string, unknown]) => {
    const here = [...path, name];
    if (typeof inner === 'function' && '_def' in inner) return [[here.join('.'), (inner as unknown as Procedure)._def]];
    return inner !== null && typeof inner === 'object' ? walk(inner, here) : [];
  });
}

/** The object schemas that an input may be: alternatives, and what stands behind refinements and pipes. */
function objectsOf(schema: z.ZodType): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => objectsOf(option as z.ZodType));
  if (schema instanceof z.ZodPipe) return objectsOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return objectsOf(schema.unwrap() as z.ZodType);
  return [];
}

/** Every object inside of a schema, itself included: nothing nested may be looser. */
function nestedObjects(schema: z.ZodType): z.ZodObject[] {
  const own = objectsOf(schema);
  const inner = own.flatMap((object) =>
    Object.values(object.shape).flatMap((field) => nestedObjects(field as z.ZodType)),
  );
  if (schema instanceof z.ZodArray) return nestedObjects(schema.element as z.ZodType);
  if (schema instanceof z.ZodNullable) return nestedObjects(schema.unwrap() as z.ZodType);
  return [...own, ...inner];
}

const all = walk(procedures);
const mutations = all.filter(([, { type }]) => type === 'mutation');
const isStrict = (object: z.ZodObject): boolean => object.def.catchall instanceof z.ZodNever;

it('a ticket is asked for by its id, under either name, or by its key', () => {
  const id = '01a22743-7631-72c8-b57e-2ff14d1872fc';

  expect(GetTicketInput.parse({ id: id.toUpperCase() })).toEqual({ ticketId: id });
  expect(GetTicketInput.parse({ ticketId: id })).toEqual({ ticketId: id });
  expect(GetTicketInput.parse({ key: 'SUP-1' })).toEqual({ key: 'SUP-1' });
  for (const input of [{}, { id, ticketId: id }, { id, key: 'SUP-1' }, { id: 'SUP-1' }])
    expect(GetTicketInput.safeParse(input).success).toBe(false);
});

describe('the input', () => {
  it('of some procedure is found at all', () => {
    expect(mutations.length).toBeGreaterThan(20);
    expect(all.map(([path]) => path)).toContain('tickets.update');
  });

  it.each(all)('of %s refuses fields that it does not know, at every level', (_path, { inputs }) => {
    expect(inputs).not.toEqual([]);
    for (const input of inputs) {
      expect(objectsOf(input)).not.toEqual([]);
      expect(nestedObjects(input).filter((object) => !isStrict(object))).toEqual([]);
    }
  });

  const updates = mutations.filter(([path]) => path.endsWith('.update') && path !== 'notifications.preferences.update');
  it.each(updates)('of %s may say of which version the change was made', (_path, { inputs }) => {
    const versions = inputs.flatMap(objectsOf).map(({ shape }) => shape['expectedVersion'] as z.ZodType | undefined);

    expect(versions).not.toEqual([]);
    for (const version of versions)
      expect([undefined, 1, 0, '1'].map((value) => version?.safeParse(value).success)).toEqual([
        true,
        true,
        false,
        false,
      ]);
  });

  it.each(mutations)('of %s, which writes, may hold an idempotency key of 1 to 255 characters', (_path, { inputs }) => {
    const keys = inputs.flatMap(objectsOf).map(({ shape }) => shape['idempotencyKey'] as z.ZodType | undefined);

    expect(keys).not.toEqual([]);
    for (const key of keys) {
      const accepted = [undefined, 'k', 'x'.repeat(255), '', 'x'.repeat(256), 1].map(
        (value) => key?.safeParse(value).success,
      );
      expect(accepted).toEqual([true, true, true, false, false, false]);
    }
  });

  it('refuses a field called __proto__ where names are free, and does not leave it out', () => {
    const sent: unknown = JSON.parse('{"__proto__": "x"}');

    for (const free of [CustomFields, CustomFieldsFilter, jsonObject()])
      expect([free.safeParse(sent), free.safeParse({ room: 'x' })].map(({ success }) => success)).toEqual([
        false,
        true,
      ]);
  });
});
