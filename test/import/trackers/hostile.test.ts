import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOf } from '../../../server/db/digest.js';
import { findViolations } from '../../support/invariants.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';
import { aFile, fixtures, importFrom, rowsOf } from './importing.js';

const jiraHead = 'Summary,Issue key,Issue Type,Status,Description,Comment\n';
const gitlabHead = 'Title,ID,State,Author,Author Username,Created At (UTC),Description\n';

describeEachDialect('an export that is not as it should be', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const jiraOf = async (rows: string) => importFrom(world.deps, 'jira', await aFile('jira.csv', jiraHead + rows));
  const titleOf = async (externalId: string) =>
    (await rowsOf<{ title: string }>(world.deps, 'SELECT title FROM tickets WHERE external_id = $1', externalId))[0]
      ?.title;

  it('loses the rows that cannot be read, each with its line and reason, and no other', async () => {
    const report = await jiraOf(
      [
        'A,H-1,Bug,Open,fine,',
        'B,H-2,Bug,Open,too short',
        'C,H-3,Bug,Open,too,long,row',
        'D,H-4,Bug,Open,"nul \0 inside",',
        'E,,Bug,Open,no id,',
        'F,H-1,Bug,Open,again,',
        jiraHead.trim(),
        ',,,,,',
        'G,H-7,Bug,Open,=cmd|x,"05/Sep/26 9:00 AM;eve;\n@SUM(A1)"',
      ].join('\n'),
    );

    expect(report).toMatchObject({ recordsRead: 8, created: 2, misfits: 6 });
    expect(report.misfitRows.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [3, null, 'has 5 cells where the header has 6'],
      [4, null, 'has 7 cells where the header has 6'],
      [5, 'Description', 'holds a NUL or a lone surrogate'],
      [6, 'id', 'is no id'],
      [7, 'id', 'repeats the id of line 2'],
      [8, null, 'repeats the header'],
    ]);
    expect(await titleOf('H-7')).toBe('G');
    const said = await rowsOf<{ content: string }>(
      world.deps,
      "SELECT content FROM comments WHERE content LIKE '%@SUM%'",
    );
    expect(said).toEqual([{ content: '\n@SUM(A1)' }]);
  });

  it('keeps a cell of a mebibyte, in parts', async () => {
    const cell = '😀word '.repeat(150_000);
    const report = await jiraOf(`Long,H-20,Bug,Open,${cell},05/Sep/26 9:00 AM;eve;${cell}`);

    expect(report).toMatchObject({ created: 1, misfits: 0 });
    const [ticket] = await rowsOf<{ id: string; description: string }>(
      world.deps,
      "SELECT id, description FROM tickets WHERE external_id = 'H-20'",
    );
    const parts = await rowsOf<{ content: string }>(
      world.deps,
      "SELECT content FROM comments WHERE ticket_id = $1 AND visibility = 'PUBLIC'",
      ticket?.id ?? '',
    );
    const length = parts.reduce((sum, { content }) => sum + content.length, 0);
    expect(length + (ticket?.description.length ?? 0)).toBe(2 * cell.length);
    expect(parts.some(({ content }) => /[\uD800-\uDBFF]$/.test(content))).toBe(false);
  });

  it('is refused as a whole, before anything is written, when it breaks off', async () => {
    const before = await digestOf(world.db.sequelize);
    const tickets = '{"id":1,"subject":"x","status":"new","requester_id":2}';

    // More than a transaction holds come before it.
    const many = Array.from({ length: 30 }, (_, nth) => `A,H-30${nth},Bug,Open,fine,\n`).join('');
    await expect(jiraOf(`${many}B,H-99,Bug,Open,"never closed,`)).rejects.toThrow('not readable as CSV');
    for (const [content, words] of [
      [`[${tickets},{"id":2,"subject":"y`, 'ends in the middle of what begins in line 1'],
      [`{"tickets":[${tickets}]}}`, 'line 1 holds a "}" that nothing opened'],
      ['{"count":0}', 'lacks the fields id, subject'],
      ['', 'holds no zendesk records'],
    ] as const)
      await expect(importFrom(world.deps, 'zendesk', await aFile('z.json', content))).rejects.toThrow(words);
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('that is another tracker’s is told apart, with the columns that are missing and the mapping that fits', async () => {
    for (const [map, file, ...words] of [
      ['jira', fixtures.linear, 'lacks the columns Summary, Issue key, Issue Type', '--map linear'],
      ['gitlab', fixtures.jira, 'lacks the columns Title, ID, State', '--map jira'],
      ['github', fixtures.zendesk, '--map zendesk'],
      ['zendesk', fixtures.github, 'lacks the fields', '--map github'],
      ['zendesk', fixtures.gitlab, 'not readable as JSON', '--map gitlab'],
      ['linear', fixtures.github, 'lacks the columns', '--map github'],
      ['jira', 'imports/helpdesk.json', 'lacks the columns'],
      ['jira', '/nowhere.csv', 'cannot be read (ENOENT)'],
    ] as const) {
      const ended = await importFrom(world.deps, map, file).catch((error: Error) => error.message);
      for (const word of words) expect(ended).toContain(word);
    }
    await expect(importFrom(world.deps, 'jra', fixtures.jira)).rejects.toThrow('Known are jira, github');
  });

  it('as one object a line loses the lines that are broken, and no other', async () => {
    const line = (id: number, more = '') => `{"id":${id},"subject":"N ${id}","status":"new","requester_id":9${more}}`;
    const deep = `,"via":${'['.repeat(40)}${']'.repeat(40)}`;
    const lines = [
      line(601),
      '{"id":602,"subject":"cut',
      line(603),
      line(604, deep),
      '7',
      line(605, ',"via":"\\u0000"'),
    ];

    const report = await importFrom(world.deps, 'zendesk', await aFile('z.ndjson', lines.join('\n')));

    expect(report).toMatchObject({ recordsRead: 6, created: 2, misfits: 4 });
    expect(report.misfitRows.map(({ line: at, reason }) => [at, reason.slice(0, 16)])).toEqual([
      [2, 'is no JSON: Unte'],
      [4, 'is nested deeper'],
      [5, 'is no JSON objec'],
      [6, 'holds a NUL or a'],
    ]);
  });

  it('as pages of an API one after the other is one export', async () => {
    const page = (id: number) =>
      `{"tickets":[{"id":${id},"subject":"P ${id}","status":"open","requester_id":9}],"next_page":null}`;

    const report = await importFrom(world.deps, 'zendesk', await aFile('z.json', `${page(701)}\n${page(702)}`));

    expect(report).toMatchObject({ created: 2, misfits: 0 });
  });

  it('has words and times of its own in a mapping file', async () => {
    const map = await aFile('map.json', '');
    const mapping = {
      tracker: 'gitlab',
      source: 'old-gitlab',
      zone: 'Europe/Rome',
      times: ['dd.MM.yyyy HH:mm'],
      statuses: { 'ready to test': 'REVIEW' },
      priorities: { eilig: 'URGENT' },
    };
    await writeFile(map, JSON.stringify(mapping));
    const file = await aFile(
      'g.csv',
      `${gitlabHead}T,1,Ready to test,Uma,uma,10.07.2026 09:00,\nU,2,Odd,Uma,uma,yesterday,`,
    );

    const { notes } = await importFrom(world.deps, map, file);

    const [ticket] = await rowsOf<{ status: string; created_at: string }>(
      world.deps,
      "SELECT status, created_at FROM tickets WHERE external_source = 'old-gitlab' AND external_id = '1'",
    );
    expect(ticket?.status).toBe('REVIEW');
    expect(new Date(ticket?.created_at ?? '').toISOString()).toBe('2026-07-10T07:00:00.000Z');
    expect(notes.map(({ line, column, value }) => [line, column, value])).toEqual([
      [3, 'State', 'Odd'],
      [3, 'Created At (UTC)', 'yesterday'],
    ]);
    await writeFile(map, JSON.stringify({ ...mapping, statuses: { x: 'DONE' } }));
    await expect(importFrom(world.deps, map, file)).rejects.toThrow('is refused: statuses.x');
  });
});
