import { z } from 'zod';
import { limits } from './limits.js';

/** NUL is refused by PostgreSQL and a lone surrogate is silently replaced by it; neither would read back as written. */
const UNSTORABLE = /[\u0000\p{Cs}]/u;
/** At least one character that leaves ink: not only spaces, controls, zero-width signs or fillers. */
const VISIBLE = /[^\s\p{C}\p{Z}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;

export const isStorable = (value: string): boolean => !UNSTORABLE.test(value);

const storable = (max: number) => z.string().max(max).refine(isStorable, 'holds a NUL or a lone surrogate');

/** Text that may be empty. Reads back exactly as it was accepted, on both databases. */
export const longText = (max: number = limits.textLength) => storable(max);

/** What is looked for: a text that can stand somewhere. May be empty. */
export const wantedText = () => storable(limits.searchLength);

/** Text that a person can see: 1 to `max` characters, at least one of them visible. */
export const text = (max: number) =>
  storable(max)
    .min(1)
    .refine((value) => VISIBLE.test(value), 'has no visible character');

/** A UUID; accepted in either case, stored and returned in lower case. */
export const Id = z.uuid().toLowerCase();
const ID_LENGTH = 36;

/** Whether a text is one. */
export const isId = (said: string): boolean => said.length === ID_LENGTH && Id.safeParse(said).success;

/** A moment: any ISO 8601 form with an offset is accepted, UTC with milliseconds is returned. */
export const InstantInput = z.iso
  .datetime({ offset: true })
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is not a real moment')
  .transform((value) => new Date(value).toISOString());
export const Instant = z.string();

/** A calendar day, `YYYY-MM-DD`. */
export const Day = z.iso.date().refine((value) => value >= '1000-01-01', 'is before the year 1000');

/** As zod has it, with the letters of all scripts: `josé@bücher.example`. */
const ADDRESS =
  /^(?!\.)(?!.*\.\.)[\p{L}\p{M}\p{N}_'+.-]*[\p{L}\p{M}\p{N}_+-]@(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*\.)+\p{L}[\p{L}\p{M}]+$/u;

/** Trimmed, lower case, NFC: the form in which addresses are stored and compared. A capital may have two characters where its small letter has one, so NFC comes last. */
export const Email = z
  .string()
  .max(254)
  .transform((value) => value.trim().toLowerCase().normalize('NFC'))
  .pipe(z.email({ pattern: ADDRESS }).max(254));

export const count = z.int().min(0).max(limits.int32);
export const IdempotencyKey = storable(255).min(1);

/** Input of a query that needs to be told nothing. */
export const EmptyInput = z.strictObject({}).optional();

/** Input of a mutation: strict, with the optional key under which a repeat returns the first reply. */
export const mutationInput = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ ...shape, idempotencyKey: IdempotencyKey.optional() });

/** The version that a change was made of: CONFLICT when there is a later one. */
export const ExpectedVersion = z.int().min(1).optional();

/** Input of a keyset list: `limit` 1–200, `cursor` as the previous page gave it. */
export const listInput = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({
    ...shape,
    limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
    cursor: z.string().max(500).optional(),
  });

/** In which order a list goes. */
export interface Sort<By extends string> {
  by: By;
  dir: 'asc' | 'desc';
}

/** In which order a list goes when it is not told: {@link listSort}. */
export interface SortInput<By extends string> {
  readonly usual: Sort<By>;
}

/** By what a list can be asked to go; by the first of `by` unless another order is wanted. */
export function listSort<const By extends readonly [string, ...string[]]>(by: By, dir: 'asc' | 'desc' = 'asc') {
  const usual: Sort<By[number]> = { by: by[0], dir };
  const schema = z.strictObject({ by: z.enum(by), dir: z.enum(['asc', 'desc']) }).optional();
  return Object.assign(schema.meta({ default: usual }), { usual });
}

/** Of lists of who is in something. */
export const MemberSort = listSort(['name', 'createdAt']);
/** Of lists of what has a name. */
export const NameSort = listSort(['name', 'createdAt', 'updatedAt']);
/** Of lists in the order in which their rows were made. */
export const OldestFirst = listSort(['createdAt']);
export const LatestFirst = listSort(['createdAt'], 'desc');
/** Of lists whose order people decide upon. */
export const PositionSort = listSort(['position']);

/** One page; `nextCursor` is null on the last one. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
