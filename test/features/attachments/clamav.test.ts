import { afterAll, beforeAll, expect, it } from 'vitest';
import { clamd } from '../../../server/storage/clamd.js';
import type { ChildService } from '../../support/childService.js';
import { describeWith, startClamd } from '../../support/services.js';
import { aFileWorld, filesIn, put, refusedWith, someBytes, type FileWorld } from './fileWorld.js';

const MALWARE = 'what this scanner takes for malware';
const NAME = 'Baton.Test.Malware';
const MAX_BYTES = 2_000_000;

describeWith('clamd')('ClamAV', () => {
  let daemon: ChildService;
  let world: FileWorld;
  let ticket: { id: string };
  beforeAll(async () => {
    daemon = await startClamd({ knows: { [NAME]: MALWARE }, maxBytes: MAX_BYTES });
    world = await aFileWorld('sqlite', { scanner: clamd(daemon.url, 10_000) });
    ticket = await world.ticket();
  });
  afterAll(() => world.close());

  const within = (size: number, at: number): Buffer => {
    const bytes = someBytes(size);
    bytes.write(MALWARE, at);
    return bytes;
  };
  async function send(bytes: Buffer) {
    const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
    const files = await filesIn(world.folder);
    const answer = await put(world.http + uploadUrl, bytes);
    return { answer, kept: (await filesIn(world.folder)).length - files.length, uploadUrl };
  }

  it('lets pass what it knows nothing of, to the last byte that it takes', async () => {
    const small = await send(someBytes(10));
    const largest = await send(someBytes(MAX_BYTES));

    expect([small.answer.status, small.kept]).toEqual([201, 1]);
    expect([largest.answer.status, largest.kept]).toEqual([201, 1]);
  });

  it.each([
    ['at the begin', 0],
    ['in the middle, over the seam of two chunks', 65_536 - MALWARE.length / 2],
    ['at the end', 1_000_000 - MALWARE.length],
  ])('keeps out malware %s, and says what it is', async (_where, at) => {
    const { answer, kept } = await send(within(1_000_000, Math.floor(at)));

    expect([refusedWith(answer), kept]).toEqual([[422, 'BAD_INPUT'], 0]);
    expect(answer.body.toString()).toContain(NAME);
  });

  it('of which more is asked than it takes lets nothing pass', async () => {
    const { answer, kept } = await send(someBytes(MAX_BYTES + 1));

    expect([refusedWith(answer), kept]).toEqual([[503, 'UNAVAILABLE'], 0]);
  });

  it('many at once are each told their own', async () => {
    const sent = await Promise.all(
      Array.from({ length: 12 }, async (_, nth) => {
        const bytes = nth % 3 === 0 ? within(200_000, 1_000 * nth) : someBytes(200_000);
        const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
        return (await put(world.http + uploadUrl, bytes)).status;
      }),
    );

    expect(sent).toEqual(Array.from({ length: 12 }, (_, nth) => (nth % 3 === 0 ? 422 : 201)));
  });

  it('that is killed lets nothing pass, and the file may come when it is back', async () => {
    const bytes = someBytes(50_000);
    await daemon.kill();
    const { answer, kept, uploadUrl } = await send(bytes);
    expect([refusedWith(answer), kept]).toEqual([[503, 'UNAVAILABLE'], 0]);

    await daemon.start();
    expect((await put(world.http + uploadUrl, bytes)).status).toBe(201);
  });
});
