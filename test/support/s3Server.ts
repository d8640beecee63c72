import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import type { FilePlace } from '../../server/storage/openFileStore.js';

interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
  readonly httpServer: Server;
}
type S3ServerClass = new (options: object) => S3Server;

export interface S3Service {
  readonly place: FilePlace;
  /** Amazon, and whoever does as it does, has no object of what broke off; the server of the tests keeps it, and the sweep removes it. */
  readonly keepsBroken: boolean;
  release(): Promise<void>;
}

/** A bucket of its own at the service that TEST_S3_URL names, `http://key:secret@host:port`; else at a server in this process. */
export function startS3(): Promise<S3Service> {
  const named = process.env['TEST_S3_URL'];
  return named ? bucketAt(new URL(named)) : startHere();
}

async function bucketAt(url: URL): Promise<S3Service> {
  const bucket = `baton-test-${randomUUID()}`;
  const credentials = {
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
  };
  const place = { bucket, endpoint: url.origin, region: 'us-east-1', credentials };
  const client = new S3Client({ ...place, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const release = async () => {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket }))
      for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    client.destroy();
  };
  return { place, keepsBroken: false, release };
}

/** It works out other signatures of lists than Amazon and its SDK do, so it is told to take any. */
async function startHere(): Promise<S3Service> {
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
  return { place, keepsBroken: true, release };
}
