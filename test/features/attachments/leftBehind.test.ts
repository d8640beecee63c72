import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteAttachment } from '../../../server/features/attachments/commands/deleteAttachment.js';
import { newId } from '../../../server/kernel/ids.js';
import { testProgramArgs } from '../../support/program.js';
import { describeEachDialect } from '../../support/services.js';
import { rows } from '../../support/ticketWorld.js';
import { JWT_SECRET } from '../../support/world.js';
import type { CrashPoint } from './crashingNode.js';
import { aFileWorld, HOURS, put, someBytes, type FileWorld } from './fileWorld.js';

describeEachDialect('what attachments leave behind', (dialect) => {
  let world: FileWorld;
  let ticket: { id: string };
  beforeAll(async () => {
    world = await aFileWorld(dialect);
    ticket = await world.ticket();
  });
  afterAll(() => world.close());
  const known = async () => (await rows<{ id: string }>(world, 'SELECT id FROM stored_files')).map(({ id }) => id);
  const pending = () => rows(world, "SELECT id FROM attachments WHERE state = 'PENDING'");
  const remove = (attachmentId: string) => deleteAttachment(world.deps, world.ann, { attachmentId });

  /** After a sweep, files and rows are the same, and what is shown can be fetched. */
  async function allIsEven(): Promise<void> {
    await world.sweep(2 * HOURS);
    expect((await world.stored()).toSorted()).toEqual((await known()).toSorted());
    expect(await pending()).toEqual([]);
    const [room] = await rows<{ differs: number }>(
      world,
      `SELECT count(*) AS differs FROM project_storage s WHERE bytes <> (SELECT coalesce(sum(a.size), 0) FROM attachments a
         JOIN tickets t ON t.id = a.ticket_id WHERE t.project_id = s.project_id AND a.deleted_at IS NULL)`,
    );
    expect(Number(room?.differs)).toBe(0);
    const shown = await rows<{ id: string; size: number }>(
      world,
      'SELECT id, size FROM attachments WHERE file_key IS NOT NULL',
    );
    for (const { id, size } of shown) expect((await world.download(world.ann, id)).body).toHaveLength(size);
  }

  it('is nothing: bytes that several have stay until the last lets go of them', async () => {
    const bytes = someBytes(4_000);
    const [one, two] = [await world.attach(world.ann, ticket, bytes), await world.attach(world.ann, ticket, bytes)];
    await remove(one.id);
    expect(await world.sweep()).toEqual({ abandoned: 0, released: 0, orphans: 0 });
    expect((await world.download(world.ann, two.id)).body.equals(bytes)).toBe(true);

    await remove(two.id);
    expect(await world.sweep()).toEqual({ abandoned: 0, released: 1, orphans: 0 });
    expect(await world.stored()).toEqual([]);
    const again = await world.attach(world.ann, ticket, bytes);
    expect((await world.download(world.ann, again.id)).body.equals(bytes)).toBe(true);
    await allIsEven();
  });

  it('stays even while the same bytes are sent, removed and swept at once', async () => {
    const bytes = someBytes(3_000);
    const over = new AbortController();
    const sweeping = (async () => {
      while (!over.signal.aborted) await world.sweep();
    })();
    const lives = Array.from({ length: 6 }, async () => {
      for (let nth = 0; nth < 8; nth++) {
        const { id } = await world.attach(world.ann, ticket, bytes);
        expect((await world.download(world.ann, id)).body.equals(bytes)).toBe(true);
        await remove(id);
      }
    });
    await Promise.all(lives);
    over.abort();
    await sweeping;

    await allIsEven();
  });

  it('is what was announced and not sent for an hour, and no younger', async () => {
    const { uploadUrl } = await world.announce(world.ann, ticket, someBytes(10));
    expect(await world.sweep(0.9 * HOURS)).toMatchObject({ abandoned: 0 });
    expect(await pending()).toHaveLength(1);

    expect(await world.sweep(1.1 * HOURS)).toMatchObject({ abandoned: 1 });
    expect((await put(world.http + uploadUrl, someBytes(10))).status).toBe(404);
    await allIsEven();
  });

  it('is a file without a row once it is old, and never that of another database', async () => {
    await world.attach(world.ann, ticket, someBytes(10));
    const [stranger, draft] = [newId(), newId()];
    const folder = join(world.folder, 'files', stranger.slice(-2));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, stranger), 'left by a crash');
    await writeFile(join(world.folder, 'incoming', draft), 'half of it');
    const other = await aFileWorld(dialect, {}, { folder: world.folder });

    expect(await world.sweep(0.9 * HOURS)).toMatchObject({ orphans: 0 });
    expect(await other.sweep(2 * HOURS)).toMatchObject({ orphans: 0 });
    expect(await world.stored()).toContain(stranger);
    expect(await world.sweep(2 * HOURS)).toMatchObject({ orphans: 2 });
    await other.close();
    await allIsEven();
  });

  describe('by a node that is killed', () => {
    /** A node that dies at this point; resolves with its address. */
    async function aDyingNode(point: CrashPoint, sweep = 'no') {
      const env = {
        ...process.env,
        NODE_ENV: 'test',
        PORT: '0',
        DATABASE_URL: world.url,
        ATTACHMENTS_DIR: world.folder,
        JWT_SECRET,
        CRASH_AT: point,
        SWEEP: sweep,
      };
      const child = spawn(process.execPath, await testProgramArgs('test/features/attachments/crashingNode.ts'), {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const gone = once(child, 'exit');
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      return { http: `http://127.0.0.1:${line.toString().trim()}`, gone };
    }
    const killed = [null, 'SIGKILL'];

    it.each(['while bytes come', 'before they are kept', 'before their row'] as const)('%s', async (point) => {
      const bytes = someBytes(200_000);
      const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
      const node = await aDyingNode(point);
      await expect(put(node.http + uploadUrl, bytes)).rejects.toThrow();

      expect(await node.gone).toEqual(killed);
      const leftBehind = (await world.stored()).length - (await known()).length;
      expect(leftBehind).toBe(1);
      expect((await put(world.http + uploadUrl, bytes)).status).toBe(201);
      await allIsEven();
    });

    it('before it removes bytes that are there already', async () => {
      const bytes = someBytes(1_000);
      await world.attach(world.ann, ticket, bytes);
      const { attachment, uploadUrl } = await world.announce(world.bob, ticket, bytes);
      const node = await aDyingNode('before a removal');
      await expect(put(node.http + uploadUrl, bytes)).rejects.toThrow();

      expect(await node.gone).toEqual(killed);
      expect((await world.download(world.ann, attachment.id)).body.equals(bytes)).toBe(true);
      expect((await world.stored()).length - (await known()).length).toBe(1);
      await allIsEven();
    });

    it.each(['before a removal', 'after a removal'] as const)('in its sweep, %s', async (point) => {
      const { id } = await world.attach(world.ann, ticket, someBytes(1_000));
      await remove(id);
      const node = await aDyingNode(point, 'yes');

      expect(await node.gone).toEqual(killed);
      await allIsEven();
    });
  });
});

describeEachDialect('the quota of a project', (dialect) => {
  it('holds when many come at once, and room is given back', async () => {
    const small = await aFileWorld(dialect, { quotaBytes: 10_000 });
    const own = await small.ticket();
    const content = someBytes(1_000);

    const asked = await Promise.allSettled(Array.from({ length: 25 }, () => small.announce(small.ann, own, content)));
    const given = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = asked.flatMap((one) =>
      one.status === 'rejected' ? [one.reason as { code: string; details: object }] : [],
    );

    expect(given).toHaveLength(10);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['CAPACITY_EXCEEDED']));
    expect(refused[0]?.details).toMatchObject({ usedBytes: 10_000, quotaBytes: 10_000 });
    expect((await put(small.http + given[0]!.uploadUrl, content)).status).toBe(201);
    await small.sweep(2 * HOURS);
    await Promise.all(Array.from({ length: 9 }, () => small.announce(small.ann, own, content)));
    await expect(small.announce(small.ann, own, content)).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
    await deleteAttachment(small.deps, small.ann, { attachmentId: given[0]!.attachment.id });
    await small.announce(small.ann, own, content);
    await small.close();
  });
});
