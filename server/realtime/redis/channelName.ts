/** So many groups of channels: those of one group live on one node of a cluster, and one command subscribes to all of them. */
const GROUPS = 16;

/** A channel whose `{tag}` tells a cluster where it lives. */
export function channelName(prefix: string, key: string): string {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) >>> 0;
  return `${prefix}{${hash % GROUPS}}:${key}`;
}

/** Null for a name that is none of ours. */
export function keyOfChannel(prefix: string, channel: string): string | null {
  const end = channel.indexOf('}:', prefix.length);
  return channel.startsWith(`${prefix}{`) && end > 0 ? channel.slice(end + 2) : null;
}

export const tagOf = (channel: string): string => channel.slice(channel.indexOf('{'), channel.indexOf('}') + 1);

/** A tag of each group. */
export const allTags: readonly string[] = Array.from({ length: GROUPS }, (_, group) => `{${group}}`);
