import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startGuard } from '../../support/guard.js';

/** A file system of its own that can be full: the kernel itself then says ENOSPC. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte free for as long as this is called again and again. */
  fill(): void;
  empty(): void;
  release(): void;
}

/** Why there can be none on this machine; null when there can. */
export function whyNoDisk(folder: string): string | null {
  try {
    mountDisk(folder, 1).release();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws when this process may not mount. */
export function mountDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const guard = startGuard(folder);
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  if (status !== 0) {
    guard.dismiss();
    throw new Error(`a tmpfs cannot be mounted: ${error?.message ?? stderr.toString().trim()}`);
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => fillUp(ballast),
    empty: () => rmSync(ballast, { force: true }),
    release: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
      guard.dismiss();
    },
  };
}

const CHUNK = Buffer.alloc(256 * 1_024, 1);

/** Writes until the disk is full; in smaller and smaller pieces, so that nothing is left. */
function fillUp(file: string): void {
  const handle = openSync(file, 'a');
  for (let bytes = CHUNK.length; bytes > 0; bytes = Math.floor(bytes / 4))
    try {
      while (writeSync(handle, CHUNK, 0, bytes) > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  closeSync(handle);
}
