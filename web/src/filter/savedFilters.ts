export interface SavedFilter {
  readonly name: string;
  /** The query string of the address that it stands for. */
  readonly search: string;
}

type Box = Pick<Storage, 'getItem' | 'setItem'>;
const keyOf = (userId: string, projectId: string) => `baton.filters.${userId}.${projectId}`;
const SAVED_MAX = 50;

/** Named filters of one person in one project, kept in this browser. What cannot be read counts as none. */
export function savedFilters(box: Box, userId: string, projectId: string): readonly SavedFilter[] {
  try {
    const kept: unknown = JSON.parse(box.getItem(keyOf(userId, projectId)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isSaved) : [];
  } catch {
    return [];
  }
}

export const keepFilters = (box: Box, userId: string, projectId: string, filters: readonly SavedFilter[]): void =>
  box.setItem(keyOf(userId, projectId), JSON.stringify(filters.slice(0, SAVED_MAX)));

/** A name stands for one filter: saving it again replaces that one in its place. */
export function withFilter(filters: readonly SavedFilter[], saved: SavedFilter): readonly SavedFilter[] {
  const isNew = !filters.some(({ name }) => name === saved.name);
  return isNew ? [...filters, saved] : filters.map((one) => (one.name === saved.name ? saved : one));
}

const isSaved = (value: unknown): value is SavedFilter =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'search' in value &&
  typeof value.search === 'string';
