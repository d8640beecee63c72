import type { Viewer } from './access.js';

export type FollowKind = 'project' | 'ticket' | 'conversation' | 'query' | 'feed';

/** A subscription of this process as it stands now. */
export interface RunningFollow {
  readonly kind: FollowKind;
  readonly id: string;
  readonly viewer: Viewer;
  readonly since: Date;
  readonly seq: number;
  /** Events that are known and that it has not been sent or passed over. */
  readonly behind: number;
  readonly waitingBytes: number;
}

/** The subscriptions of this process. Each is asked how it stands only when somebody wants to know. */
export class Running {
  private readonly all = new Set<() => RunningFollow>();
  readonly countOf: Record<FollowKind, number> = { project: 0, ticket: 0, conversation: 0, query: 0, feed: 0 };

  /** Holds it until the returned function is called. */
  add(kind: FollowKind, look: () => RunningFollow): () => void {
    this.all.add(look);
    this.countOf[kind]++;
    return () => {
      if (this.all.delete(look)) this.countOf[kind]--;
    };
  }

  list(): RunningFollow[] {
    return [...this.all].map((look) => look());
  }
}
