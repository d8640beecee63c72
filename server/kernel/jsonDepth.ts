/** How deep a parsed JSON value nests (a scalar is 0). Walks without recursion: its input may be built to break one. */
export function jsonDepth(value: unknown): number {
  let deepest = 0;
  const open: [unknown, number][] = [[value, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [inner, depth] = next;
    if (inner === null || typeof inner !== 'object') continue;
    if (depth + 1 > deepest) deepest = depth + 1;
    for (const child of Object.values(inner)) open.push([child, depth + 1]);
  }
  return deepest;
}
