import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { ChildService } from './childService.js';
import { startNodeProcess, type NodeOptions } from './nodeProcess.js';
import { programArgs } from './program.js';
import { releaseLater } from './services.js';

export { NODE_SECRET, nodeEnv } from './nodeProcess.js';

/** A server process of its own, to kill and start again on the same port; released after the test file. */
export async function startNode(options: NodeOptions): Promise<ChildService> {
  const folder = await mkdtemp(join(inject('runFolder'), 'node-'));
  return releaseLater(await startNodeProcess(options, { folder, args: programArgs('server/main.ts') }));
}
