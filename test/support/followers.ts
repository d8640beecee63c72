import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from '../../client-sdk/src/index.js';
import { testProgramArgs } from './program.js';

interface Following {
  readonly url: string;
  readonly token: string;
  readonly projectId: string;
  readonly firstCursor: string;
}
/** The numbers that a follower was given, in the order it was given them; -1 for a resync, -2 for an error. */
export interface Follower {
  readonly seen: () => readonly number[];
  readonly stop: () => Promise<void> | void;
}

export function followHere({ url, token, projectId, firstCursor }: Following): Follower {
  const seen: number[] = [];
  const client = createClient({ url, token, WebSocket, backoff: { baseMs: 100, maxMs: 500 } });
  client.live.project(
    { projectId, lastEventId: firstCursor },
    {
      onEvent: ({ seq }) => void seen.push(seq),
      onResync: () => void seen.push(-1),
      onError: () => void seen.push(-2),
    },
  );
  return { seen: () => seen, stop: () => client.close() };
}

/** A follower in a process of its own: `stop` kills it, `start` lets another go on from the cursor that it stored. */
export async function followInChild(following: Following): Promise<Follower & { start(): void }> {
  const { url, token, projectId, firstCursor } = following;
  const file = join(await mkdtemp(join(inject('runFolder'), 'follower-')), 'log');
  const args = [url, token, projectId, file, firstCursor];
  const program = await testProgramArgs('test/support/followerProcess.ts', ...args);
  const spawnChild = () => spawn(process.execPath, program, { stdio: ['ignore', 'inherit', 'inherit'] });
  let child = spawnChild();
  return {
    start: () => {
      child = spawnChild();
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    seen: () => {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
      return lines.map((line) => (line.startsWith('resync') ? -1 : Number(line.split(' ')[0])));
    },
  };
}
