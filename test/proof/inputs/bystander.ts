import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.js';
import { http, socket } from './wires.js';

const EVERY_MS = 25;

/** Somebody who asks for what is theirs all the time, by socket and by HTTP in turn, whatever others do meanwhile. */
export async function startBystander(stage: Stage, slowMs: number, where: string) {
  const token = await stage.adminToken();
  const lines = [socket(stage.url, token), http(stage.url, token)];
  const times: number[] = [];
  const state = { isOver: false };
  const asking = (async () => {
    for (let nth = 0; !state.isOver; nth++) {
      const answer = await lines[nth % 2]?.send({ path: 'auth.me', type: 'query', text: undefined });
      if (!answer) continue;
      times.push(answer.ms);
      if (answer.code !== 'OK') stage.find('badCode', `a bystander of ${where}`, `${answer.code} ${answer.text}`);
      if (answer.ms > slowMs) stage.find('slow', `a bystander of ${where}`, `${answer.ms.toFixed(0)} ms`);
      await sleep(EVERY_MS);
    }
  })();
  return {
    /** How long each answer took, in ms. */
    stop: async (): Promise<number[]> => {
      state.isOver = true;
      await asking;
      for (const line of lines) line.close();
      return times;
    },
  };
}

const GROWS_MAX_MIB = 150;

/** Does this while a bystander asks, and looks at how much memory the server has taken for it. */
export async function withBystander<Seen>(
  stage: Stage,
  slowMs: number,
  where: string,
  work: () => Promise<Seen>,
): Promise<Seen> {
  const before = await stage.memoryBytes();
  const bystander = await startBystander(stage, slowMs, where);
  const seen = await work();
  await bystander.stop();
  const grown = ((await stage.memoryBytes()) - before) / 1024 / 1024;
  if (grown > GROWS_MAX_MIB) stage.find('grows', where, `${grown.toFixed(0)} MiB`);
  return seen;
}
