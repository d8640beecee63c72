import type { Attachment, Comment, TimelineItem } from '../sdk.js';
import { withComment } from './commentList.js';
import { historyLines, type HistoryLine } from './historyLines.js';

export type Entry =
  | { readonly kind: 'comment'; readonly id: string; readonly at: string; readonly comment: Comment }
  | { readonly kind: 'file'; readonly id: string; readonly at: string; readonly file: Attachment }
  /** What one person changed at one time. */
  | { readonly kind: 'changes'; readonly id: string; readonly at: string; readonly lines: readonly HistoryLine[] };

const idOf = (item: TimelineItem) => `${item.kind} ${item.entry.id}`;

/** Items and more of them, each once, oldest first; of a comment the latest form. */
export function withItems(items: readonly TimelineItem[], more: readonly TimelineItem[]): readonly TimelineItem[] {
  const comments = [...items, ...more].flatMap((item) => (item.kind === 'comment' ? [item.entry] : []));
  const latest = comments.reduce(withComment, []);
  const others = new Map([...items, ...more].flatMap((item) => (item.kind === 'comment' ? [] : [[idOf(item), item]])));
  return [...others.values(), ...latest.map(asItem)].toSorted(inOrder);
}

export const asItem = (comment: Comment): TimelineItem => ({ kind: 'comment', at: comment.createdAt, entry: comment });

const inOrder = (a: TimelineItem, b: TimelineItem) => {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.entry.id < b.entry.id ? -1 : 1;
};

/** Changes of one person that follow each other within this time are told together. */
const TOGETHER_MS = 2 * 60_000;

/** Comments whole, changes as sentences; deleted comments are left out. */
export function entriesOf(
  items: readonly TimelineItem[],
  nameOf: (userId: string) => string | undefined,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const item of items) {
    if (item.kind === 'comment') {
      const { entry: comment } = item;
      if (comment.deletedAt === null) entries.push({ kind: 'comment', id: comment.id, at: item.at, comment });
      continue;
    }
    for (const line of historyLines([item], nameOf)) {
      const last = entries.at(-1);
      if (last?.kind === 'changes' && belongsTo(last, line)) {
        entries[entries.length - 1] = { ...last, lines: [...last.lines, line] };
      } else entries.push({ kind: 'changes', id: line.id, at: line.at, lines: [line] });
    }
  }
  return entries;
}

/** The entries with the files among them, each where it came. Older ones than the first entry wait until that is reached. */
export function withFiles(entries: readonly Entry[], files: readonly Attachment[], isWhole: boolean): readonly Entry[] {
  const first = entries[0]?.at ?? '';
  const shown = files.filter(({ createdAt }) => isWhole || createdAt >= first);
  const asEntry = (file: Attachment): Entry => ({ kind: 'file', id: file.id, at: file.createdAt, file });
  return [...entries, ...shown.map(asEntry)].toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
}

function belongsTo({ at, lines }: Entry & { kind: 'changes' }, line: HistoryLine): boolean {
  return lines[0]?.who === line.who && Date.parse(line.at) - Date.parse(at) < TOGETHER_MS;
}
