import { createHash } from 'node:crypto';
import { decodeRow } from '../db/decodeRow.js';
import { StoredFile } from '../db/models/StoredFile.js';
import { adHoc } from '../db/statement.js';
import { FileMissing, type FileStore } from '../storage/fileStore.js';
import type { Place, Rule, Tell, Walk } from './check.js';
import { pagesOf } from './pages.js';

const PAGE = 200;
/** A file that is younger may be of an upload whose row is about to be written. */
const SETTLED_MS = 60 * 60_000;

export const attachmentChecks: readonly Rule[] = [
  {
    name: 'attachments.digests',
    says: 'an attachment has the size and digest of its bytes',
    advice: 'Set size and sha256 of the attachment to those of its row in stored_files.',
    sql: `SELECT a.id AS what FROM attachments a JOIN stored_files f ON f.id = a.file_key
      WHERE a.size <> f.size OR a.sha256 <> f.sha256`,
  },
  {
    name: 'attachments.let-go',
    says: 'bytes that no attachment has are marked to be removed',
    advice: 'Set released_at of the row in stored_files to now: the next sweep removes it.',
    sql: `SELECT f.id AS what FROM stored_files f LEFT JOIN attachments a ON a.file_key = f.id
      WHERE a.id IS NULL AND f.released_at IS NULL`,
  },
  {
    name: 'attachments.storage',
    says: 'a project knows how many bytes its attachments have',
    advice: 'Set bytes in project_storage to the sum of the sizes of its attachments that are not deleted.',
    sql: `SELECT p.project_id AS what FROM project_storage p LEFT JOIN (
        SELECT t.project_id, sum(a.size) AS bytes FROM attachments a JOIN tickets t ON t.id = a.ticket_id
        WHERE a.deleted_at IS NULL GROUP BY t.project_id) s ON s.project_id = p.project_id
      WHERE p.bytes <> coalesce(s.bytes, 0)
      UNION ALL SELECT DISTINCT t.project_id FROM attachments a JOIN tickets t ON t.id = a.ticket_id
      LEFT JOIN project_storage p ON p.project_id = t.project_id WHERE a.deleted_at IS NULL AND p.project_id IS NULL`,
  },
];

/** The bytes of attachments against their rows, both ways. Reads every file. */
export const storedFiles: Walk = {
  checks: [
    {
      name: 'files.there',
      says: 'the bytes of each attachment are in the storage, as they were sent',
      advice: 'Put the file back from a backup of the storage, or delete the attachment (attachments.delete).',
    },
    {
      name: 'files.known',
      says: 'each file in the storage is that of a row',
      advice: 'The hourly sweep of a server removes it, once the storage belongs to this database.',
    },
  ],
  async walk(place, tell) {
    if (!place.store) return;
    const { store } = place;
    for await (const page of pagesOf(place.all, 'stored_files', PAGE))
      for (const raw of page) {
        const { id, sha256, size, releasedAt } = decodeRow(StoredFile, raw);
        const found = await digestOfFile(store, id, size);
        // Bytes that were let go of may be removed at any moment.
        if (found !== sha256 && releasedAt === null)
          tell('files.there', `${id}: ${found === null ? 'it is not there' : 'its bytes are others'}`);
      }
    await unknownFiles(place, store, tell);
  },
};

async function digestOfFile(store: FileStore, id: string, size: number): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    // One more than there should be.
    for await (const part of await store.read(id, 0, size)) hash.update(part as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof FileMissing) return null;
    throw error;
  }
}

async function unknownFiles({ all, dialect, now }: Place, store: FileStore, tell: Tell): Promise<void> {
  const settled = now.getTime() - SETTLED_MS;
  for await (const found of store.list()) {
    const sql = `SELECT id FROM stored_files WHERE ${dialect.anyOf('id', '$1')}`;
    const rows = await all<{ id: string }>(adHoc(sql), [found.map(({ id }) => id)]);
    const known = new Set(rows.map(({ id }) => id));
    for (const { id, changedAt } of found)
      if (!known.has(id) && (await changedAt()).getTime() < settled) tell('files.known', `${id}: no row tells of it`);
  }
}
