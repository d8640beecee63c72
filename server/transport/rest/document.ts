import { errorCodes, type ErrorCode } from '../../../contract/errors.js';
import { limits } from '../../../contract/limits.js';
import { statusOf } from '../../rpc/trpc.js';
import { TABLE_FIELD } from './fields.js';
import { answerSchemaOf, components, referenceTo } from './components.js';
import { exampleOf } from './examples.js';
import type { JsonSchema } from './jsonSchema.js';
import type { QueryField } from './queryField.js';
import { everyRoute, templateOf, type Route } from './route.js';
import { fileTypes } from './sendFile.js';

const MIB = 1024 * 1024;

const description = `The procedures of Baton as resources. They do and answer what the same calls do under \`/trpc\`, where also everything
that is live is.

**Signing in.** Send \`Authorization: Bearer …\` with an access token of \`POST /api/auth/login\`, or with an API key.

**Errors** are \`{ "error": { "code", "message", "details" } }\`, and mean that nothing was written. What is not for the caller answers as
what does not exist.

**Once.** A call that changes something takes the header \`Idempotency-Key\`: repeated with the same one, it returns the first reply and
does nothing more.

**Lists** are \`{ items, nextCursor }\`. Give \`nextCursor\` back as \`cursor\` for the next page, until it is null. A parameter that takes several
values is repeated: \`status=OPEN&status=REVIEW\`. Words of an enumeration are taken in any case.

**Tables.** What takes a field \`csv\` also takes the table itself as a body of \`text/csv\`, up to ${limits.csvBytes / MIB} MiB, with the other fields
as query parameters.

**Limits.** A body of JSON holds ${limits.httpBodyBytes / MIB} MiB, nested at most ${limits.jsonDepth} levels deep; a page at most ${limits.pageSizeMax} items. Who calls too often waits for up to five
seconds, and is then answered 429 with \`Retry-After\`.`;

const tags: Readonly<Record<string, string>> = {
  auth: 'Signing in, sessions, API keys',
  users: 'People',
  departments: 'Parts of the organisation',
  projects: 'Projects and who is in them',
  developers: 'Work profiles: capacity, workload, skills',
  skills: 'What people can',
  tickets: 'Tickets',
  tags: 'Words that tickets carry',
  tasks: 'Tickets of type TASK, as work',
  assignments: 'Who holds what',
  comments: 'Comments on tickets',
  attachments: 'Files of tickets and comments',
  conversations: 'Channels, direct conversations, and those of tickets',
  messages: 'What is said in conversations',
  search: 'Tickets, comments and messages by their words',
  views: 'Saved filters',
  rules: 'Rules of a project',
  notifications: 'What one should know',
  stats: 'Figures of projects',
  presence: 'Who looks and types now',
  admin: 'For administrators',
};

const failures: Readonly<Record<number, string>> = {
  400: 'The input is not right.',
  401: 'Nobody has signed in, or the token is no longer valid.',
  403: 'The caller may not do this.',
  404: 'There is no such thing, or not for this caller.',
  409: 'It clashes with what there is.',
  412: 'A cursor is too old.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The idempotency key came with another input before.',
  429: 'Too many calls at once.',
  500: 'A defect of the server.',
  503: 'The database is away for a moment.',
};

const codesOf = (status: number): ErrorCode[] => {
  const codes = errorCodes.filter((code) => statusOf(code) === status);
  return codes.length > 0 ? codes : ['BAD_INPUT'];
};
const jsonOf = (schema: JsonSchema, example: unknown) => ({ 'application/json': { schema, example } });

const responses = Object.fromEntries(
  Object.entries(failures).map(([status, says]) => {
    const [code] = codesOf(Number(status));
    const example = { error: { code, message: says, details: status === '429' ? { retryAfterMs: 5_000 } : {} } };
    return [
      `E${status}`,
      {
        description: `${says} Codes: ${codesOf(Number(status)).join(', ')}.`,
        ...(status === '429' && {
          headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
        }),
        content: jsonOf(referenceTo('Failure'), example),
      },
    ];
  }),
);

function failuresOf({ type, fields, segments }: Route): Record<string, object> {
  const hasPath = segments.some((segment) => typeof segment !== 'string');
  const statuses = [
    400,
    401,
    // Also where nobody need have signed in: pages of other origins are refused everywhere.
    403,
    ...(hasPath || type === 'mutation' || fields.inQuery.size > 0 ? [404] : []),
    ...(type === 'mutation' ? [409, 422] : []),
    ...(fields.hasBody ? [413, 415] : []),
    429,
    500,
    503,
  ];
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/E${status}` }]));
}

const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Under which a repeated call returns the first reply',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** Both forms of a name, in one parameter. */
const idOrKey = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'string', pattern: '^[A-Z]' }] });

function parametersOf({ segments, fields, line }: Route): object[] {
  const inPath = segments.flatMap((segment) => {
    if (typeof segment === 'string') return [];
    const { name, field } = segment;
    const schema = fields.inPath[field] ?? {};
    const isEither = name === 'idOrKey';
    const example = isEither
      ? { ticketId: 'SUP-123', projectId: 'SUP' }[field]
      : exampleOf(schema, { isShort: true }, field);
    return [{ name, in: 'path', required: true, schema: isEither ? idOrKey(schema) : schema, example }];
  });
  const inQuery = [...(fields.besideTable ?? fields.inQuery)].map(([name, field]) => {
    const isRequired = fields.required.has(name) && !fields.besideTable;
    const example = line.example?.[name] ?? (isRequired ? exampleOf(field.schema, { isShort: true }, name) : undefined);
    return {
      name,
      in: 'query',
      ...(isRequired && { required: true }),
      ...(fields.besideTable && { description: 'Beside a body that is the table itself' }),
      ...writtenAs(field),
      ...(example !== undefined && field.style !== 'json' && !fields.besideTable && { example }),
    };
  });
  return [...inPath, ...inQuery, ...(fields.takesIdempotencyKey ? [keyParameter] : [])];
}

const writtenAs = ({ style, schema }: QueryField): object =>
  style === 'json' ? { content: { 'application/json': { schema } } } : { style, explode: true, schema };

/** What the document shows as a body. */
export function bodyExampleOf({ fields, line }: Route): object | null {
  return fields.body && { ...(exampleOf(fields.body, { isShort: true }) as object), ...line.example };
}

function requestBodyOf(route: Route): object | undefined {
  const { body, required, besidePatch, besideTable } = route.fields;
  const table = besideTable && {
    'text/csv': { schema: { type: 'string' }, example: route.line.example?.[TABLE_FIELD] },
  };
  return body
    ? {
        required: required.size > 0 || besidePatch !== null,
        content: { ...jsonOf(body, bodyExampleOf(route)), ...table },
      }
    : undefined;
}

const camel = (name: string): string => name.replace(/[.](\w)/g, (_, letter: string) => letter.toUpperCase());

/** Several lines of one procedure are told apart by what stands in their paths. */
function operationIdOf(route: Route): string {
  const lines = everyRoute.filter(({ procedure }) => procedure === route.procedure);
  const [parameter] = route.segments.filter((segment) => typeof segment !== 'string');
  if (route.line.file) return camel(`${route.procedure}.${route.line.file}`);
  return camel(route === lines[0] || !parameter ? route.procedure : `${route.procedure}.by.${parameter.field}`);
}

const fileContents = {
  csv: { schema: { type: 'string' }, example: 'key,type,title\r\nSUP-123,TICKET,The printer is on fire\r\n' },
  table: { schema: { type: 'string' }, example: 'id,title,description\r\nT-1,,The printer is on fire\r\n' },
  json: {
    schema: { type: 'array', items: { type: 'object' } },
    example: [{ key: 'SUP-123', type: 'TICKET', title: 'The printer is on fire' }],
  },
} satisfies Record<keyof typeof fileTypes, object>;

function contentOf({ line: { file }, output }: Route): object {
  if (file) return { [fileTypes[file]]: fileContents[file] };
  const schema = answerSchemaOf(output);
  return jsonOf(schema, exampleOf(schema, { isShort: false }));
}

function operationOf(route: Route): object {
  const { line, procedure } = route;
  const requestBody = requestBodyOf(route);
  const location = { description: 'Where it is', schema: { type: 'string' } };
  const done = {
    description: line.makes === undefined ? 'Done' : 'Made',
    ...(line.makes !== undefined && { headers: { Location: location } }),
    content: contentOf(route),
  };
  return {
    operationId: operationIdOf(route),
    tags: [procedure.split('.', 1)[0]],
    summary: line.says,
    description: `The procedure \`${procedure}\`.`,
    parameters: parametersOf(route),
    ...(requestBody && { requestBody }),
    responses: { [line.makes === undefined ? 200 : 201]: done, ...failuresOf(route) },
    ...(line.isOpen && { security: [] }),
  };
}

function pathsOf(): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of everyRoute) (paths[templateOf(route)] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return paths;
}

const usedTags = (): { name: string; description?: string }[] =>
  [...new Set(everyRoute.map(({ procedure }) => procedure.split('.', 1)[0] ?? ''))].map((name) => {
    const told = tags[name];
    return { name, ...(told !== undefined && { description: told }) };
  });

/** All that stands under `/api`, by OpenAPI 3.1. @see https://spec.openapis.org/oas/v3.1.1.html */
export const openApiDocument = (version: string): object => ({
  openapi: '3.1.1',
  info: { title: 'Baton', version, description, license: { name: 'MIT', identifier: 'MIT' } },
  servers: [{ url: '/' }],
  security: [{ accessToken: [] }, { apiKey: [] }],
  tags: usedTags(),
  paths: pathsOf(),
  components: {
    schemas: components,
    responses,
    securitySchemes: {
      accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Of POST /api/auth/login' },
      apiKey: { type: 'http', scheme: 'bearer', description: 'Of POST /api/auth/api-keys; it ends when it is revoked' },
    },
  },
});
