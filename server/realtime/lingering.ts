/** Nobody holds a thing any more: it is kept so long, for whoever comes back. */
export const LINGER_MS = 10_000;

interface Held<Thing> {
  readonly thing: Thing;
  holders: number;
  timer: NodeJS.Timeout | null;
}

/** Things that are made when somebody first holds them, shared by all who do, and kept for a while after the last has let go. */
export class Lingering<Thing> {
  private readonly held = new Map<string, Held<Thing>>();

  constructor(private readonly forgotten: (thing: Thing) => void) {}

  get size(): number {
    return this.held.size;
  }

  get all(): Thing[] {
    return [...this.held.values()].map(({ thing }) => thing);
  }

  /** Undefined when there is none. */
  get(key: string): Thing | undefined {
    return this.held.get(key)?.thing;
  }

  /** The thing of this key, kept until it is released as often as it was held. */
  hold(key: string, make: () => Thing): Thing {
    const known = this.held.get(key);
    if (!known) {
      const thing = make();
      this.held.set(key, { thing, holders: 1, timer: null });
      return thing;
    }
    known.holders++;
    if (known.timer) clearTimeout(known.timer);
    known.timer = null;
    return known.thing;
  }

  release(key: string, thing: Thing): void {
    const known = this.held.get(key);
    if (known?.thing !== thing || --known.holders > 0) return;
    known.timer = setTimeout(() => {
      this.held.delete(key);
      this.forgotten(thing);
    }, LINGER_MS).unref();
  }

  /** Forgets all of them, held or not. */
  clear(): void {
    const { all } = this;
    for (const { timer } of this.held.values()) if (timer) clearTimeout(timer);
    this.held.clear();
    for (const thing of all) this.forgotten(thing);
  }
}
