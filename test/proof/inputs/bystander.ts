import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.js';
import { http, socket } from './wires.js';

const EVERY_MS = 25;

/** Somebody who asks for what is theirs all the time, by socket and by HTTP in turn, whatever others do meanwhile. */
export async function startBystander({ url, adminToken, find }: Stage, slowMs: number, where: string) {
  const token = await adminToken();
  const lines = [socket(url, token), http(url, token)];
  const times: number[] = [];
  let isOver = false;
  const asking = (async () => {
    for (let nth = 0; !isOver; nth++) {
      const answer = await lines[nth % 2]?.send({ path: 'auth.me', type: 'query', text: undefined });
      if (!answer) continue;
      times.push(answer.ms);
      if (answer.code !== 'OK') find('badCode', `a bystander of ${where}`, `${answer.code} ${answer.text}`);
      if (answer.ms > slowMs) find('slow', `a bystander of ${where}`, `${answer.ms.toFixed(0)} ms`);
      await sleep(EVERY_MS);
    }
  })();
  return {
    /** How long each answer took, in ms. */
    stop: async (): Promise<number[]> => {
      isOver = true;
      await asking;
      for (const line of lines) line.close();
      return times;
    },
  };
}
