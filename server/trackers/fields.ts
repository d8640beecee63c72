/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

/** A value that could not be read, and is kept as text. */
export interface Note {
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

/** A name and what stands under it. Names may repeat. */
export type Entry = readonly [name: string, value: Json];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: Json): boolean =>
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** Of the interface by which the record was asked for: it follows from the rest, and leads nowhere but there. */
const API_ADDRESS = /^https?:\/\/(api\.github\.com\/|[^/]+\/api\/v\d)/;

export const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * A record of an export, as its reader takes it apart. What is *taken* has found a place of its own, as it stands there; all the rest,
 * also what was only looked at, is left over in the end. So nothing is lost that nobody thought of.
 */
export class Fields {
  private readonly left: (Entry | null)[];
  private readonly nested: { readonly at: number; readonly parts: readonly Fields[] }[] = [];
  readonly notes: Note[] = [];

  constructor(entries: readonly Entry[]) {
    this.left = entries.map((entry) => (isEmpty(entry[1]) ? null : entry));
  }

  static of(value: JsonObject): Fields {
    return new Fields(Object.entries(value));
  }

  /** The first filled value under one of these names, as text without the blanks around it; it stays left over. */
  look(...names: readonly string[]): string | null {
    const at = this.find(names);
    return at === -1 ? null : this.textAt(at).trim();
  }

  /** The same, taken as it stands. */
  take(...names: readonly string[]): string | null {
    const at = this.find(names);
    if (at === -1) return null;
    const taken = this.textAt(at);
    this.left[at] = null;
    return taken;
  }

  /** All filled values under these names, taken, in their order. */
  takeAll(...names: readonly string[]): string[] {
    return this.places(names).map((at) => {
      const taken = this.textAt(at);
      this.left[at] = null;
      return taken;
    });
  }

  /** All filled values under names of this form, with what the form's first group holds; they stay left over. */
  lookAll(form: RegExp): { readonly group: string; readonly value: string }[] {
    return this.left.flatMap((entry) => {
      const match = entry && form.exec(entry[0]);
      return match ? [{ group: match[1] ?? '', value: asText(entry[1]).trim() }] : [];
    });
  }

  /**
   * What `parse` makes of the first filled value under one of these names. It is taken when `spell` gives the same text back; else its
   * words are left over. What `parse` does not know (undefined) is noted.
   */
  read<Value>(
    names: readonly string[],
    parse: (text: string) => Value | undefined,
    reason: string,
    spell: (value: Value) => string | null = () => null,
  ): Value | null {
    const at = this.find(names);
    const text = at === -1 ? null : this.textAt(at).trim();
    if (text === null) return null;
    const value = parse(text);
    if (value === undefined) this.note(this.left[at]?.[0] ?? '', text, reason);
    else if (spell(value) === text) this.left[at] = null;
    return value ?? null;
  }

  note(column: string, value: string, reason: string): void {
    this.notes.push({ column, value, reason });
  }

  /** The object under one of these names, to be taken apart itself. */
  child(...names: readonly string[]): Fields | null {
    return this.children(...names)[0] ?? null;
  }

  /** The objects of the list under one of these names; also one that stands there alone. */
  children(...names: readonly string[]): readonly Fields[] {
    const at = this.find(names);
    const value = this.left[at]?.[1];
    const objects = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
    if (objects.length === 0 || !objects.every(isObject)) return [];
    const parts = objects.map((one) => Fields.of(one));
    this.nested.push({ at, parts });
    return parts;
  }

  /** The texts of the list under one of these names, taken. */
  takeList(...names: readonly string[]): string[] {
    const at = this.find(names);
    const value = this.left[at]?.[1];
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) return [];
    this.left[at] = null;
    return value as string[];
  }

  /** What found no place, in the order of the record. */
  rest(): Entry[] {
    return this.left.flatMap((entry, at) => {
      if (!entry) return [];
      const parts = this.nested.find((one) => one.at === at)?.parts;
      const objects = parts?.map((part) => part.asObject());
      const value = withoutApi(objects ? (Array.isArray(entry[1]) ? objects : (objects[0] ?? null)) : entry[1]);
      return value === undefined ? [] : [[entry[0], value] as const];
    });
  }

  private asObject(): Json {
    return Object.fromEntries(this.rest());
  }

  private places(names: readonly string[]): number[] {
    return this.left.flatMap((entry, at) => (entry && names.includes(entry[0]) ? [at] : []));
  }

  /** The earlier name wins. */
  private find(names: readonly string[]): number {
    for (const name of names) {
      const at = this.left.findIndex((entry) => entry?.[0] === name);
      if (at !== -1) return at;
    }
    return -1;
  }

  private textAt(at: number): string {
    return asText(this.left[at]?.[1] ?? '');
  }
}

/** Without addresses of the interface, and without what is empty; undefined when nothing is left. */
function withoutApi(value: Json): Json | undefined {
  if (isEmpty(value) || (typeof value === 'string' && API_ADDRESS.test(value))) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const kept = (value as readonly Json[]).flatMap((one) => withoutApi(one) ?? []);
    return kept.length === 0 ? undefined : kept;
  }
  const kept = Object.entries(value).flatMap(([key, one]): Entry[] => {
    const left = withoutApi(one);
    return left === undefined ? [] : [[key, left]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
