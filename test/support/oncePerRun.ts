import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';

const LOOK_AGAIN_MS = 100;

/**
 * What takes long and is the same for all test files: done by whichever asks first, waited for by the others. `work` may leave files in a
 * folder of its own, which is returned and goes with the run.
 */
export async function oncePerRun(name: string, work: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(inject('runFolder'), `once-${name}`);
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    await work(folder).catch(async (error: unknown) => {
      await writeFile(join(folder, 'failed'), String(error));
      throw error;
    });
    await writeFile(join(folder, 'done'), '');
  }
  for (;;) {
    const names = await readdir(folder);
    if (names.includes('done')) return folder;
    if (names.includes('failed')) throw new Error(`${name} failed, as another test file tells`);
    await pause(LOOK_AGAIN_MS);
  }
}
