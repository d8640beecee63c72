import type { Cast } from '../stage/setUp.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import { Callers } from './calls.js';
import type { Target } from './writer.js';

interface ReadBacks {
  /** @returns how often something was written, acknowledged, and read elsewhere. */
  stop(): Promise<{ readonly writtenAndRead: number }>;
}

/**
 * People who change something of their own at one node and ask another for it once that is acknowledged. What they change is no work of
 * the project, so that its log tells of the storm alone. Whoever is answered with less than was acknowledged is a finding.
 */
export function readBack(
  { admin }: Cast,
  targets: readonly Target[],
  history: HistoryWriter,
  readers: number,
): ReadBacks {
  const state = { isOver: false };
  let rounds = 0;
  const reader = async (nth: number): Promise<void> => {
    const callers = new Callers(admin.token);
    const at = (turn: number) => callers.to(targets[turn % targets.length]?.url ?? '', 'http');
    const mine = `skill of ${nth}`;
    let skillId = '';
    for (let turn = nth; !state.isOver; turn++) {
      const name = `${mine} ${turn}`;
      const wanted =
        skillId === '' ? null : await tried(at(turn).mutate('skills.update', { skillId, patch: { name } }));
      if (skillId === '') skillId = (await tried(at(turn).mutate('skills.create', { name })))?.id ?? '';
      if (!wanted) continue;
      const page = await tried(at(turn + 1).query('skills.list', { text: mine, limit: 200 }));
      if (!page) continue;
      rounds++;
      const shown = page.items?.find(({ id }) => id === skillId)?.name;
      if (shown !== name)
        history.write('findings', { check: 'FOLD', what: `read "${shown}" after "${name}" had been acknowledged` });
    }
    callers.close();
  };
  const all = Promise.all(Array.from({ length: readers }, (_, nth) => reader(nth + 1)));
  return {
    stop: async () => {
      state.isOver = true;
      await all;
      return { writtenAndRead: rounds };
    },
  };
}

interface Answer {
  readonly id?: string;
  readonly items?: readonly { readonly id: string; readonly name: string }[];
}
/** Null when nobody answered: what became of it is not known, so nothing follows from it. */
const tried = (answer: Promise<unknown>): Promise<Answer | null> =>
  answer.then((one) => one as Answer).catch(() => null);

/** Where the nodes read, by their own count. */
export async function readsOf(targets: readonly Target[]): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { url } of targets) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, place = '', count] of text.matchAll(/^baton_reads_total\{place="(\w+)"\} (\d+)$/gm))
      sums[`reads ${place}`] = (sums[`reads ${place}`] ?? 0) + Number(count);
  }
  return sums;
}
