import { validate } from '@readme/openapi-parser';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { bodyExampleOf, openApiDocument } from '../../../server/transport/rest/document.js';
import { inputOf } from '../../../server/transport/rest/restInput.js';
import { everyRoute, templateOf } from '../../../server/transport/rest/route.js';
import { everyProcedure } from '../../access/everyProcedure.js';

const document = openApiDocument('1.2.3') as any;
const copy = () => structuredClone(document);

interface Operation {
  readonly name: string;
  readonly [key: string]: any;
}
const operations: Operation[] = Object.entries<any>(document.paths).flatMap(([path, item]) =>
  Object.entries<any>(item).map(([method, operation]) => ({ ...operation, name: `${method.toUpperCase()} ${path}` })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as any)(ajv);
ajv.addSchema({ $id: 'document', components: document.components });
const checks = new Map<string, ValidateFunction>();
/** Each schema is compiled once: those of errors are the same everywhere. */
function complaint(schema: object, value: unknown): string | null {
  const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
  const check = checks.get(text) ?? ajv.compile(JSON.parse(text));
  checks.set(text, check);
  return check(value) ? null : ajv.errorsText(check.errors);
}

describe('the OpenAPI document', () => {
  it('is valid, says a public validator; and one with a fault is not', async () => {
    const faulty = copy();
    delete faulty.paths['/api/tickets'].get.responses;
    faulty.paths['/api/tickets'].get.parameters[0].in = 'nowhere';

    expect(await validate(copy())).toMatchObject({ valid: true });
    expect(await validate(faulty)).toMatchObject({ valid: false });
  });

  it('has a path for every query and mutation, and for nothing else', () => {
    const calls = [...everyProcedure.values()].filter(({ type }) => type !== 'subscription').map(({ path }) => path);

    expect(new Set(everyRoute.map(({ procedure }) => procedure))).toEqual(new Set(calls));
    expect(operations).toHaveLength(everyRoute.length);
  });

  it('has the paths that callers expect', () => {
    const expected = [
      ...['GET', 'POST'].map((method) => `${method} /api/tickets`),
      ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} /api/tickets/{idOrKey}`),
      'GET /api/developers',
      'GET /api/assignments',
      'POST /api/assignments/save',
      'PUT /api/assignments/{id}/reassign',
      'DELETE /api/assignments/{id}',
      'GET /api/assignments/{id}/history',
    ];

    expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(expected));
  });

  it('tells of the refusal of pages of other origins also where nobody need have signed in', () => {
    const silent = operations.filter(({ responses }) => !('403' in responses)).map(({ name }) => name);

    expect(silent).toEqual([]);
  });

  it('changes nothing by GET, and only reads by it', () => {
    expect(everyRoute.filter(({ method, type }) => (method === 'GET') !== (type === 'query')).map(templateOf)).toEqual(
      [],
    );
  });

  it('answers 201 to what makes something, and only by POST', () => {
    const makers = everyRoute.filter(({ procedure }) => /\.(create|add|post)$/.test(procedure));

    expect(makers.filter(({ line }) => line.makes === undefined).map(templateOf)).toEqual([]);
    expect(everyRoute.filter(({ line, method }) => line.makes && method !== 'POST')).toEqual([]);
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operationId }) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]*$/.test(id))).toEqual([]);
  });

  it('describes each tag that it uses', () => {
    const used = new Set(operations.flatMap(({ tags }) => tags as string[]));

    expect(new Set(document.tags.map(({ name }: any) => name))).toEqual(used);
  });

  it('has examples of requests and answers in every operation, which their schemas take', () => {
    const contents = operations.flatMap(({ name, requestBody, responses }) => [
      ...(requestBody ? [{ name: `${name}, body`, ...requestBody.content['application/json'] }] : []),
      ...Object.values<any>(responses).map((response) => {
        const { content } = response.$ref ? document.components.responses[response.$ref.split('/').at(-1)] : response;
        const [said] = Object.values<any>(content);
        return { name: `${name}, answer`, ...said };
      }),
    ]);
    const wrong = contents.flatMap(({ name, schema, example }) => {
      const said = example === undefined ? 'there is none' : complaint(schema, example);
      return said === null ? [] : [`${name}: ${said} ${JSON.stringify(example)}`];
    });

    expect(wrong).toEqual([]);
    expect(contents.length).toBeGreaterThan(2 * operations.length);
  });

  it('has examples of parameters which their schemas take, for all that must be given', () => {
    const parameters = operations.flatMap(({ name, parameters: all }) => all.map((one: any) => ({ ...one, of: name })));
    const wrong = parameters.flatMap(({ of, name, required, schema, example }) => {
      if (example === undefined) return required ? [`${of} ${name}: there is none`] : [];
      const said = complaint(schema, example);
      return said === null ? [] : [`${of} ${name}: ${said}`];
    });

    expect(wrong).toEqual([]);
  });

  it('has examples that the procedures themselves take and give', () => {
    const wrong = everyRoute.flatMap((route) => {
      const { get, post, put, patch, delete: remove } = document.paths[templateOf(route)];
      const operation = { GET: get, POST: post, PUT: put, PATCH: patch, DELETE: remove }[route.method];
      const inPath = Object.fromEntries(
        route.segments.flatMap((segment) =>
          typeof segment === 'string' ? [] : [[segment.field, '0193629c-5a00-7abc-8def-000000000001']],
        ),
      );
      const query = new URLSearchParams(
        operation.parameters.flatMap((one: any) => (one.in === 'query' ? queryPairs(one.name, one.example) : [])),
      );
      const body = bodyExampleOf(route) ?? undefined;
      const input = inputOf(route, { inPath, query, isTable: false, body, idempotencyKey: undefined });
      const takes = route.input?.safeParse(input);
      const answer = operation.responses[route.line.makes ? 201 : 200].content['application/json']?.example;
      const gives = route.line.file ? undefined : route.output.safeParse(answer);
      return [takes, gives].flatMap((said) =>
        said?.success === false ? [`${route.line.at}: ${said.error.message}`] : [],
      );
    });

    expect(wrong).toEqual([]);
  });
});

function queryPairs(name: string, value: unknown): string[][] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((one) => [name, String(one)]);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([part, inner]) => [`${name}[${part}]`, String(inner)]);
  return [[name, `${value as string | number | boolean}`]];
}
