/** With it where it was missing, without it where it was. */
export function toggled<One>(all: ReadonlySet<One>, one: One): ReadonlySet<One> {
  const changed = new Set(all);
  if (!changed.delete(one)) changed.add(one);
  return changed;
}
