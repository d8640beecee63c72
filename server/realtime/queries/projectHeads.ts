/** How far the events of some projects have been handed out, as a place in the log: the same object until one of them moves. */
export class ProjectHeads {
  private known: readonly number[] = [];

  constructor(private readonly feeds: readonly { readonly head: number }[]) {}

  get now(): readonly number[] {
    const { feeds, known } = this;
    const isCurrent = known.length === feeds.length && known.every((seq, slot) => seq === feeds[slot]?.head);
    return isCurrent ? known : (this.known = feeds.map(({ head }) => head));
  }
}
