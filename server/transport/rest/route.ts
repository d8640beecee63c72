import type { z } from 'zod';
import { procedureAt } from '../../rpc/procedureAt.js';
import { fieldsOf, type Fields } from './fields.js';
import type { Method, RouteLine, Routes } from './routeLine.js';
import { routes } from './routes.js';

/** A parameter of a path: `name` in the document, `field` in the procedure's input. */
export interface PathParameter {
  readonly name: string;
  readonly field: string;
}
export interface Route {
  readonly method: Method;
  /** Words, and parameters in their places. */
  readonly segments: readonly (string | PathParameter)[];
  readonly procedure: string;
  readonly type: 'query' | 'mutation';
  readonly line: RouteLine;
  readonly input: z.ZodType | null;
  readonly output: z.ZodType;
  /** What the input is made of, apart from what stands in the path. */
  readonly fields: Fields;
}

function routeOf(procedure: string, line: RouteLine): Route {
  const found = procedureAt(procedure);
  if (!found || found.type === 'subscription') throw new Error(`There is no query or mutation ${procedure}`);
  const { type, inputs, output } = found;
  const [method, path] = line.at.split(' ', 2) as [Method, string];
  const segments = path
    .split('/')
    .slice(1)
    .map((segment) => {
      const [, name, field = name] = /^\{(\w+)(?:=(\w+))?\}$/.exec(segment) ?? [];
      return name === undefined ? segment : { name, field: field ?? name };
    });
  const input = inputs[0] ?? null;
  const named = segments.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.field]));
  const inPath = line.file ? [...named, 'format'] : named;
  let fields: Fields | undefined;
  return {
    method,
    segments,
    procedure,
    type,
    line,
    input,
    output,
    // Not for all of them at the start: a server would begin a twentieth later.
    get fields() {
      return (fields ??= fieldsOf(input, { inPath, hasBody: method !== 'GET' && method !== 'DELETE' }));
    },
  };
}

/** Every line of the table, beside what its procedure takes and gives. */
export const everyRoute: readonly Route[] = Object.entries(routes as Routes).flatMap(([procedure, lines]) =>
  [lines].flat().map((line) => routeOf(procedure, line)),
);

/** As the document writes it: `/api/assignments/{id}/history`. */
export const templateOf = ({ segments }: Pick<Route, 'segments'>): string =>
  segments.map((segment) => (typeof segment === 'string' ? `/${segment}` : `/{${segment.name}}`)).join('');
