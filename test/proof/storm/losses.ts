import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Cast } from '../stage/setUp.js';
import { Callers, judge } from './calls.js';
import type { Target } from './writer.js';

export interface Loss {
  readonly person: string;
  readonly stream: string;
  readonly seq: number;
}

/** Takes the leavers out of the hot project, one by one. @returns the events by which they lost it. */
export async function loseAccess(
  { admin, leavers, hot }: Cast,
  targets: readonly Target[],
  history: HistoryWriter,
  everyMs: number,
): Promise<Loss[]> {
  const callers = new Callers(admin.token);
  const losses: Loss[] = [];
  for (const [nth, { id }] of leavers.entries()) {
    await sleep(everyMs);
    const op = `loss-${nth + 1}`;
    const input = { projectId: hot, userId: id, idempotencyKey: op };
    for (let attempt = nth; ; attempt++) {
      const target = targets[attempt % targets.length];
      if (!target) break;
      const known = { op, by: admin.id, node: target.name, via: 'http', verb: 'loss', ticket: null };
      const line = { ...known, project: `project:${hot}`, invoked: performance.now() };
      try {
        const { seq } = (await callers.to(target.url, 'http').mutate('projects.members.remove', input)) as Loss;
        history.write('attempts', { ...line, returned: performance.now(), out: 'ok', seq });
        losses.push({ person: id, stream: `project:${hot}`, seq });
        break;
      } catch (error) {
        history.write('attempts', { ...line, returned: performance.now(), ...judge(error) });
        await sleep(100);
      }
    }
  }
  callers.close();
  return losses;
}
