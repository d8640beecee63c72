/** What can be followed: a project's events, or a person's own feed. */
export interface StreamRef {
  readonly kind: 'project' | 'user';
  readonly id: string;
}

/** `project:<id>` or `user:<id>`: the stream's name in maps and as a channel of the bus. */
export const streamKey = ({ kind, id }: StreamRef): string => `${kind}:${id}`;

export function parseStreamKey(key: string): StreamRef | null {
  const [kind, id] = key.split(':', 2);
  return id !== undefined && (kind === 'project' || kind === 'user') ? { kind, id } : null;
}
