import type { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { S3Driver } from 'flydrive/drivers/s3';
import type { WriteOptions } from 'flydrive/types';
import { FileMissing, type Announced } from './fileStore.js';
import type { StoreDriver } from './driveStore.js';

export interface Bucket {
  readonly bucket: string;
  /** Null: Amazon's own of the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null: those that the machine itself has, of its role for instance. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/**
 * flydrive's driver of S3, which has no reads of ranges. An object is there once all of it has come, so nothing is left unfinished.
 * This file is loaded only where S3 is configured: the SDK costs a quarter of a second and some megabytes.
 */
export class BucketDriver extends S3Driver implements StoreDriver {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {
    super({ client, bucket, visibility: 'private', supportsACL: false });
  }

  async readRange(key: string, first: number, last: number): Promise<Readable> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: `bytes=${first}-${last}` });
    const { Body } = await this.client.send(command).catch((error: unknown) => {
      throw error instanceof NoSuchKey ? new FileMissing(key) : error;
    });
    return Body as Readable;
  }

  sweepUnfinished(): Promise<number> {
    return Promise.resolve(0);
  }

  /** The service checks the hash too, where it knows how. */
  writeOptions({ size, sha256 }: Announced): WriteOptions {
    return { contentLength: size, ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') };
  }
}

export function bucketDriver({ bucket, endpoint, region, credentials }: Bucket): BucketDriver {
  const client = new S3Client({
    region,
    // Bucket names in host names need a certificate and a DNS that small services do not have.
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === null ? {} : { credentials }),
    // The checksums that it would else add by itself are unknown to many services that speak S3.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return new BucketDriver(client, bucket);
}
