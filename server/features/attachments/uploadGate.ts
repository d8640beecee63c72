import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import type { Announced } from '../../storage/fileStore.js';
import type { Scan } from '../../storage/scanner.js';
import { SAMPLE_BYTES } from './contentType.js';
import { FileRefusal } from './fileRefusal.js';

/**
 * Lets bytes through that are as they were announced. The last of them it holds back until size, hash and scanner agree, so that
 * whoever writes what comes out never has all of a file that is refused.
 */
export class UploadGate extends Transform {
  private readonly hash = createHash('sha256');
  private readonly sampled: Buffer[] = [];
  private sampledBytes = 0;
  private bytes = 0;
  private held: Buffer | undefined;

  constructor(
    private readonly announced: Announced,
    private readonly scan: Scan | null,
  ) {
    super();
  }

  /** The first bytes, as many as have come and as are needed to tell what they are. */
  get sample(): Buffer {
    return Buffer.concat(this.sampled);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.announced.size) return done(this.otherSize());
    this.hash.update(chunk);
    this.takeSample(chunk);
    const { held } = this;
    this.held = chunk;
    const passOn = () => done(null, held);
    if (this.scan) void this.scan.write(chunk).then(passOn, done);
    else passOn();
  }

  override _flush(done: TransformCallback): void {
    void this.judge().then(
      () => done(null, this.held),
      (refused: unknown) => done(refused as Error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.scan?.abandon();
    done(error);
  }

  /** @throws FileRefusal, ScannerDown */
  private async judge(): Promise<void> {
    if (this.bytes !== this.announced.size) throw this.otherSize();
    const sha256 = this.hash.digest('hex');
    if (sha256 !== this.announced.sha256)
      throw new FileRefusal(400, 'BAD_INPUT', 'These bytes have another SHA-256 than was announced.', { sha256 });
    const verdict = await this.scan?.verdict();
    if (verdict && !verdict.clean)
      throw new FileRefusal(422, 'BAD_INPUT', 'The scanner found something in this file.', { found: verdict.found });
  }

  private otherSize(): FileRefusal {
    const { size } = this.announced;
    return new FileRefusal(400, 'BAD_INPUT', `This attachment was announced with ${size} bytes.`, { size });
  }

  private takeSample(chunk: Buffer): void {
    const missing = SAMPLE_BYTES - this.sampledBytes;
    if (missing <= 0) return;
    // A copy: the chunk is a part of a larger buffer that would be kept alive.
    this.sampled.push(Buffer.from(chunk.subarray(0, missing)));
    this.sampledBytes += Math.min(missing, chunk.length);
  }
}
