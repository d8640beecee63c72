import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyRoute } from '../../../server/transport/rest/route.js';
import { describeEachDialect } from '../../support/services.js';
import { fuzzOpenApi, openApiOf, type OpenApi } from './openApi.js';
import { startStage, type Stage } from './stage.js';

const SEED = 7;
const wrongs = ({ findings }: Stage) =>
  findings.splice(0).map(({ wrong, said, where }) => `${wrong}: ${said}, ${where}`);

describeEachDialect('requests made from the OpenAPI document', (dialect) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(dialect, null);
  });
  afterAll(() => stage.release());

  it('are answered as it says, and have written nothing when they are refused', { timeout: 240_000 }, async () => {
    const { operations, statuses } = await fuzzOpenApi(stage, await openApiOf(stage), { seed: SEED, calls: 4 });

    expect(wrongs(stage)).toEqual([]);
    expect(Object.keys(operations)).toHaveLength(everyRoute.length);
    expect(statuses[200]).toBeGreaterThan(50);
    expect(statuses[400]).toBeGreaterThan(100);
    expect(Object.keys(statuses).map(Number)).toEqual(expect.arrayContaining([201, 401, 403, 404]));
  });
});

describe('requests made from an OpenAPI document', () => {
  it('find out a status that it does not list, and a shape that it does not have', { timeout: 120_000 }, async () => {
    const stage = await startStage('sqlite', null);
    const document: any = await openApiOf(stage);
    const { get } = document.paths['/api/tickets/{idOrKey}'];
    delete get.responses[404];
    get.responses[200].content['application/json'].schema = { type: 'object', required: ['nowhere'] };
    await fuzzOpenApi(stage, document as OpenApi, {
      seed: SEED,
      calls: 20,
      paths: (path) => path === '/api/tickets/{idOrKey}',
    });
    await stage.release();

    const said = stage.findings.map((one) => one.said);
    expect(said).toEqual(expect.arrayContaining(['404 is not listed', "data must have required property 'nowhere'"]));
    expect(new Set(stage.findings.map(({ wrong }) => wrong))).toEqual(new Set(['undocumented']));
  });

  it('find out a server that writes although it refuses', { timeout: 120_000 }, async () => {
    const stage = await startStage('sqlite', 'writesOnError');
    const paths = (path: string) => path === '/api/skills';
    await fuzzOpenApi(stage, await openApiOf(stage), { seed: SEED, calls: 20, paths });
    await stage.release();

    expect(stage.findings.map(({ wrong }) => wrong)).toContain('writesOnError');
  });
});
