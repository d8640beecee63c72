import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../../contract/limits.js';
import { aCustomer, anAgent, aProject, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { rows } from '../../support/ticketWorld.js';
import { anApp, type LiveApp } from '../anApp.js';

interface Answer {
  readonly status: number;
  readonly body: { readonly error?: { readonly code: string; readonly message: string } } & Record<string, unknown>;
}

describeEachDialect('a table as a body', (dialect) => {
  let app: LiveApp;
  let projectId: string;
  let [staff, customer]: [string, string] = ['', ''];
  beforeAll(async () => {
    app = await anApp(dialect);
    const [ann, kim] = [await anAgent(app, 'Ann Agent'), await aCustomer(app, 'Kim Customer')];
    ({ id: projectId } = await aProject(app, { lead: ann, customers: [kim] }));
    [staff, customer] = [(await signIn(app, ann)).accessToken, (await signIn(app, kim)).accessToken];
  });
  afterAll(() => app.close());

  /** In chunks, so that nobody knows beforehand how much comes. */
  const send = (
    path: string,
    chunks: Iterable<string | Buffer>,
    {
      token = staff,
      type = 'text/csv',
      ...headers
    }: { token?: string; type?: string; 'idempotency-key'?: string } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const all = { 'content-type': type, authorization: `Bearer ${token}`, ...headers };
      const asked = request(`${app.http}/api/${path}`, { method: 'POST', headers: all }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] }));
      });
      asked.once('error', reject);
      pipeline(Readable.from(chunks), asked).catch(() => undefined);
    });
  const countOf = async (source: string) =>
    (await rows<object>(app, 'SELECT id FROM tickets WHERE external_source = $1', source)).length;

  it('is taken over page by page, rehearsed, and sent again adds nothing', async () => {
    const lines = Array.from({ length: 1_300 }, (_, nth) =>
      nth === 1_200 ? 'ragged\n' : `${nth},"Two\nlines ${nth}"\n`,
    );
    const path = `tickets/sync?projectId=${projectId}&source=sent`;
    const table = ['\uFEFFid,description\n', ...lines];

    expect((await send(`${path}&dryRun=true`, table)).body).toMatchObject({ dryRun: true, created: 1_299 });
    expect(await countOf('sent')).toBe(0);
    const { status, body } = await send(path, table);
    expect([status, body]).toMatchObject([200, { rows: 1_300, created: 1_299, refused: 1 }]);
    expect(body['refusals']).toMatchObject([{ line: 2_402, column: null }]);
    expect((await send(path, table)).body).toMatchObject({ created: 0, unchanged: 1_299, refused: 1 });
    expect(await countOf('sent')).toBe(1_299);
  });

  it('may be in UTF-16, or in what its type says', async () => {
    const utf16 = [Buffer.from('\uFEFFid;description\n1;Größe', 'utf16le')];
    const path = `tickets/sync?projectId=${projectId}&source=encoded&delimiter=%3B`;
    expect((await send(path, utf16)).body).toMatchObject({ created: 1 });
    const type = 'text/csv; charset=windows-1252';
    expect((await send(path, [Buffer.from('id;description\n1;Größe', 'latin1')], { type })).body).toMatchObject({
      unchanged: 1,
    });
  });

  it('is refused as a whole, and nothing of it is written', async () => {
    const path = `tickets/sync?projectId=${projectId}&source=refused`;
    const good = Array.from({ length: 700 }, (_, nth) => `${nth},Fine\n`);
    const refusals: [string, Promise<Answer>][] = [
      ['BAD_INPUT', send(path, ['id,description\n', ...good, '700,"open\n'])],
      ['BAD_INPUT', send(path, [Buffer.from('id,description\n1,Gr\xf6\xdfe', 'latin1')])],
      ['BAD_INPUT', send(path, ['id,text\n1,x'])],
      ['BAD_INPUT', send(`${path}&csv=x`, ['id,description\n1,x'])],
      ['BAD_INPUT', send(`${path}&none=x`, ['id,description\n1,x'])],
      ['BAD_INPUT', send(path, ['id,description\n1,x'], { 'idempotency-key': 'one' })],
      ['BAD_INPUT', send(path, ['id,description\n1,x'], { type: 'text/plain' })],
      ['BAD_INPUT', send('tickets', ['id,description\n1,x'])],
      ['FORBIDDEN', send(path, ['id,description\n1,x'], { token: customer })],
      ['FORBIDDEN', send('developers/sync', ['name\nx'])],
      ['UNAUTHENTICATED', send(path, ['id,description\n1,x'], { token: 'nobody' })],
    ];
    for (const [code, answer] of refusals) expect((await answer).body.error).toMatchObject({ code });
    const { body } = await send(path, ['id,description\n1,"open']);
    expect(body.error?.message).toMatch(/^The table is not readable as CSV/);
    expect(await countOf('refused')).toBe(0);
  });

  it('of more than 100 MiB is too large, whether it says so or not', async () => {
    const path = `tickets/sync?projectId=${projectId}&source=large`;
    const mebibyte = `1,${'x'.repeat(1024 * 1024 - 3)}\n`;
    const mebibytes = limits.csvBytes / (1024 * 1024);
    let sent = 0;
    function* tooMuch() {
      for (; sent < 3 * mebibytes; sent++) yield mebibyte;
    }
    const said = await fetch(`${app.http}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${staff}` },
      body: Buffer.alloc(limits.csvBytes + 1),
    });
    expect(said.status).toBe(413);
    const { status, body } = await send(path, tooMuch());
    expect([status, body.error?.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    // Nobody waits for the rest.
    expect(sent).toBeLessThan(2 * mebibytes);
    // Who may not send one is told so before anything of it is read.
    sent = 0;
    const other = await send(path, tooMuch(), { token: customer });
    expect([other.status, sent < mebibytes]).toEqual([403, true]);
    expect(await countOf('large')).toBe(0);
  });

  it('that breaks off is not taken over', async () => {
    const path = `tickets/sync?projectId=${projectId}&source=broken`;
    function* broken() {
      yield 'id,description\n1,One\n';
      throw new Error('gone');
    }
    await expect(send(path, broken())).rejects.toThrow();
    expect(await countOf('broken')).toBe(0);
  });
});
