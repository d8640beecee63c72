import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { FilePlace } from '../../server/storage/openFileStore.js';

interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
  readonly httpServer: Server;
}
type S3ServerClass = new (options: object) => S3Server;

/** A server that speaks S3 over HTTP, with one bucket, in this process. It works out other signatures of lists than Amazon and
 * its SDK do, so it is told to take any. */
export async function startS3(): Promise<{ place: FilePlace; release: () => Promise<void> }> {
  const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as S3ServerClass;
  const directory = await mkdtemp(join(inject('runFolder'), 's3-'));
  const bucket = 'attachments';
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    allowMismatchedSignatures: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const place = { bucket, endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials };
  const release = async () => {
    const closed = server.close();
    // The SDK keeps its connections.
    server.httpServer.closeAllConnections();
    await closed;
  };
  return { place, release };
}
