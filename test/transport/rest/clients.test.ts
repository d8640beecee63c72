import type { Document } from 'openapi-client-axios';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyRoute, templateOf } from '../../../server/transport/rest/route.js';
import { everyProcedure } from '../../access/everyProcedure.js';
import { callOf, matrix, pathOf } from '../../access/matrix.js';
import { aScene, type Caller, type Scene } from '../../access/scene.js';
import { http, type Call } from '../../access/transports.js';
import { restCall } from '../../support/restCalls.js';
import { describeEachDialect } from '../../support/services.js';

/** What two calls in a row do not answer alike. */
const changing = new Set(['admin.health', 'admin.statements', 'admin.subscriptions', 'auth.sessions.list']);
/** Mutations whose reply is not kept under their key: secrets are not, nor what is not stored at all. */
const unkept = new Set(['presence.set']);
/** Addresses of files are signed at each answer, until a certain second. */
const unsigned = (text: string): string => text.replaceAll(/\?token=[\w.-]+|"expiresAt":"[^"]+"/g, '');

describeEachDialect('a client made from the document alone', (dialect) => {
  let scene: Scene;
  let document: any;
  let client: Record<string, (...given: unknown[]) => Promise<{ status: number; data: string }>>;
  beforeAll(async () => {
    scene = await aScene(dialect);
    document = await (await fetch(`${scene.app.http}/openapi.json`)).json();
    const axiosConfigDefaults = {
      baseURL: scene.app.http,
      validateStatus: () => true,
      transformResponse: (text: string) => text,
    };
    const api = new OpenAPIClientAxios({ definition: document as Document, axiosConfigDefaults });
    client = (await api.init()) as unknown as typeof client;
  });
  afterAll(() => scene.app.close());

  const by = ({ token }: Caller) => ({ headers: { authorization: `Bearer ${token}` } });

  /** One input for each procedure, of things that are there and the caller may do it to. */
  const rows = Object.entries(matrix)
    .filter(([name]) => everyProcedure.get(pathOf(name))?.type !== 'subscription')
    .map(([name, row]) => ({ name, row, procedure: pathOf(name) }));

  it('calls each path, and hears what /trpc says', { timeout: 120_000 }, async () => {
    const called = new Set<string>();
    const wrong: string[] = [];
    for (const { name, row, procedure } of rows) {
      const side = row.outcomes.own ? 'own' : 'other';
      const caller = row.changesCaller ? await scene.recruit('admin') : scene.callers.admin;
      const call: Call = await callOf(name, row, { app: scene.app, at: scene.freshPlaces[side], side, caller });
      const isMutation = call.type === 'mutation';
      const input: any = isMutation ? { ...(call.input as object), idempotencyKey: `key of ${name}` } : call.input;
      const { route, inPath, inQuery, body } = restCall(procedure, input);
      const { operationId } = document.paths[templateOf(route)][route.method.toLowerCase()];
      const key = isMutation ? { 'Idempotency-Key': input.idempotencyKey } : {};
      const { status, data } = await client[operationId]!({ ...inPath, ...inQuery, ...key }, body, by(caller));
      called.add(`${route.method} ${templateOf(route)}`);
      // The administrator may not do all to what is of others.
      const isDone = row.outcomes[side]?.startsWith('+') === true;
      const wanted = !isDone ? 404 : route.line.makes ? 201 : 200;
      if (status !== wanted) wrong.push(`${name}: ${status} ${data}`);
      if (changing.has(procedure) || unkept.has(procedure) || row.changesCaller || procedure.startsWith('auth.'))
        continue;
      const [again] = await http(scene.app, caller, [{ ...call, input }]);
      const { result, error } = JSON.parse(again!.text);
      if (unsigned(JSON.stringify(result?.data ?? { error: error.data.app })) !== unsigned(data))
        wrong.push(`${name}: ${data} ≠ ${again!.text}`);
    }

    expect(wrong).toEqual([]);
    expect([...called].toSorted()).toEqual(
      // Files have a test of their own.
      everyRoute
        .filter(({ line }) => !line.file)
        .map((route) => `${route.method} ${templateOf(route)}`)
        .toSorted(),
    );
  });

  it('is understood in lists and parts of objects, as such clients write them', async () => {
    const filter = {
      status: ['OPEN', 'CLOSED'],
      priority: ['MEDIUM'],
      sort: { by: 'createdAt', dir: 'asc' },
      limit: 3,
    };

    const { status, data } = await client['ticketsList']!(filter, undefined, by(scene.callers.admin));
    const [same] = await http(scene.app, scene.callers.admin, [{ path: 'tickets.list', type: 'query', input: filter }]);

    expect([status, data]).toEqual([200, expect.stringContaining('MEDIUM')]);
    expect(JSON.parse(data)).toEqual(JSON.parse(same!.text).result.data);
  });
});

describe('the table of paths', () => {
  it('is called by tests as a whole: each procedure has a row of the access matrix', () => {
    const procedures = new Set(Object.keys(matrix).map(pathOf));

    expect(everyRoute.filter(({ procedure }) => !procedures.has(procedure))).toEqual([]);
  });
});
