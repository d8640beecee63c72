/** The tickets that are chosen, and where a range begins. Replaced, never changed in place. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly anchorId: string | null;
}

export const noSelection: Selection = { ids: new Set(), anchorId: null };

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchorId: id };
}

/** All from the last chosen one to `id`, in the order in which they are shown; the rest stays chosen. */
export function extended(selection: Selection, shownIds: readonly string[], id: string): Selection {
  const [from, to] = [shownIds.indexOf(selection.anchorId ?? id), shownIds.indexOf(id)];
  if (to < 0) return selection;
  const range = from < 0 ? [id] : shownIds.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), anchorId: from < 0 ? id : selection.anchorId };
}

export const allOf = (shownIds: readonly string[]): Selection => ({ ids: new Set(shownIds), anchorId: null });
