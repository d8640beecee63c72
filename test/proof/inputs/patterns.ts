import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { parseSync } from 'oxc-parser';
import { z } from 'zod';
import { everyProcedure } from '../../access/everyProcedure.js';
import { limits } from '../../../contract/limits.js';

export interface PatternTime {
  readonly pattern: string;
  readonly at: string;
  readonly ms: number;
  readonly text: string;
}

/** Every regular expression written in these folders. */
export function patternsIn(folders: readonly string[]): { readonly pattern: RegExp; readonly at: string }[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const found: { pattern: RegExp; at: string }[] = [];
      const walk = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        const { regex } = node as { regex?: { pattern: string; flags: string } };
        if (regex) found.push({ pattern: new RegExp(regex.pattern, regex.flags), at: file });
        for (const inner of Object.values(node)) walk(inner);
      };
      walk(parseSync(file, readFileSync(file, 'utf8')).program);
      return found;
    });
}

const pumps = [
  'a',
  'A',
  '0',
  ' ',
  '\t',
  '\n',
  '-',
  '.',
  '@',
  '/',
  '"',
  '*',
  '\\',
  '%',
  '\u0301',
  '\u200b',
  '\u{1f600}',
];
const pairs = ['a.', '0-', 'a-', ' "', '" ', '* ', '00:', 'a@', '//', '[]', '{,', 'A0', '., ', '\r\n', ',,'];
const heads = ['', '"', 'Bearer ', '2024-01-01T', 'https://', 'a@'];
const tails = ['!', '\u0000'];

/** Texts of this length that repeat one thing, with another before and behind. */
function* floodsOf(length: number): Generator<string> {
  for (const pump of [...pumps, ...pairs]) {
    const body = pump.repeat(Math.ceil(length / pump.length));
    for (const head of heads) for (const tail of tails) yield (head + body).slice(0, length - tail.length) + tail;
  }
}

/** A pattern that backtracks without end is stopped after so long. */
const STOP_MS = 1_000;

function worst(texts: Iterable<string>, run: (text: string) => void): { ms: number; text: string } {
  let slowest = { ms: 0, text: '' };
  const time = (text: string): number => {
    const begun = performance.now();
    run(text);
    return performance.now() - begun;
  };
  for (const text of texts) {
    // The machine may have had something else to do: the best of three.
    let ms = time(text);
    for (let again = 0; again < 2 && ms > slowest.ms && ms < STOP_MS / 2; again++) ms = Math.min(ms, time(text));
    if (ms > slowest.ms) slowest = { ms, text: text.slice(0, 40) };
  }
  return slowest;
}

export const timesOfPatterns = (folders: readonly string[], length: number = limits.textLength): PatternTime[] =>
  patternsIn(folders).map(({ pattern, at }) => {
    const context = vm.createContext({ text: '', pattern });
    const script = new vm.Script('pattern.lastIndex = 0; text.replace(pattern, "")');
    const run = (text: string) => {
      context['text'] = text;
      try {
        script.runInContext(context, { timeout: STOP_MS });
      } catch {
        // Stopped: the time says so.
      }
    };
    return { pattern: String(pattern), at, ...worst(floodsOf(length), run) };
  });

interface Schema extends z.ZodType {
  readonly _zod: z.ZodType['_zod'] & { readonly def: any };
}

function* stringsIn(schema: Schema): Generator<Schema> {
  const { def } = schema._zod;
  if (def.type === 'string' || def.type === 'pipe') yield schema;
  const inner: readonly (Schema | undefined)[] = [def.innerType, def.element, def.keyType, def.valueType];
  for (const one of [...inner, ...(def.options ?? []), ...Object.values(def.shape ?? {})])
    if (one) yield* stringsIn(one);
}

/** Every schema of a text that a call may hold, with texts as long as a message can be. */
export function timesOfSchemas(length: number = limits.wsMessageBytes): PatternTime[] {
  const schemas = new Map<Schema, string>();
  for (const { path, input } of everyProcedure.values())
    if (input) for (const schema of stringsIn(input)) if (!schemas.has(schema)) schemas.set(schema, path);
  return [...schemas].map(([schema, at]) => ({
    pattern: JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).slice(0, 120),
    at,
    ...worst(floodsOf(length), (text) => void schema.safeParse(text)),
  }));
}
