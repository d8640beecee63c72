import { z } from 'zod';

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const Part = z.strictObject({ name: z.string().max(120), rows: count, bytes: count, sha256: digest });

/** What a backup holds: written last, when all of it is known. */
export const Manifest = z.strictObject({
  format: z.literal('baton-backup'),
  /** Raised when an older program could not read what is written. */
  formatVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  source: z.enum(['sqlite', 'postgres']),
  /** Of the database that it was taken of. */
  epoch: z.string().max(36),
  migrations: z.array(z.string().max(255)),
  seeders: z.array(z.string().max(255)),
  tables: z.array(
    z.strictObject({
      name,
      columns: z.array(z.strictObject({ name, type: z.string().max(20) })),
      rows: count,
      parts: z.array(Part),
    }),
  ),
  /** Null: the bytes of attachments are kept elsewhere. The digest is over a line of each, in the order of the ids. */
  files: z.strictObject({ count, bytes: count, missing: count, sha256: digest }).nullable(),
});
export type Manifest = z.infer<typeof Manifest>;

/** What a file of a backup may be called, and nothing else: no name leads anywhere. */
export const entryNames = {
  part: /^tables\/([a-z_][a-z0-9_]{0,62})\/(\d{6})\.ndjson\.gz$/,
  file: /^files\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/,
  /** Of bytes that were not where they should have been. */
  missing: /^missing\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/,
} as const;
export const MANIFEST = 'manifest.json';
export const CHECKSUM = 'checksum';

/** A line for each stored file, of which the digest of all is made. */
export const fileLine = (id: string, sha256: string, size: number): string => `${id} ${sha256} ${size}\n`;
