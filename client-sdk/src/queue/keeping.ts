import { exclusively, holdLock, isLockHeld } from '../locks.js';
import { newId } from '../randoms.js';
import type { QueuedCall, QueueStore } from './queueStore.js';

/**
 * Writes to a store in the order of the calls, and knows which calls are whose: each client answers for its own, and for those of clients
 * that are gone. A store that fails keeps nothing, and the calls go on as if there were none.
 */
export class Keeping {
  readonly keeper = newId();
  private writing: Promise<unknown> = Promise.resolve();
  private giveBack: (() => void) | null = null;

  constructor(private readonly store: QueueStore) {}

  save(call: QueuedCall): Promise<unknown> {
    return this.write(() => this.store.save(call));
  }
  remove(id: string): Promise<unknown> {
    return this.write(() => this.store.remove(id));
  }
  /** Resolves when all that was written so far is kept. */
  settled(): Promise<unknown> {
    return this.writing;
  }

  /** Answers for the owner's calls whose keepers are gone, from now on. In their order. */
  async adopt(owner: string): Promise<readonly QueuedCall[]> {
    const { lock } = this.store;
    if (lock !== undefined) this.giveBack ??= holdLock(this.lockOf(this.keeper));
    await this.settled();
    const adoption = lock === undefined ? undefined : `${lock} adoption`;
    return exclusively(adoption, async () => {
      const all = await this.store.load().catch(() => []);
      const adopted: QueuedCall[] = [];
      for (const call of all.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        if (call.owner !== owner || (await this.isKeptByOthers(call))) continue;
        const mine = { ...call, keeper: this.keeper };
        if (call.keeper !== this.keeper) await this.save(mine);
        adopted.push(mine);
      }
      return adopted;
    }).catch(() => []);
  }

  /** Others may answer for what this one has kept. */
  release(): void {
    this.giveBack?.();
    this.giveBack = null;
  }

  private write(work: () => Promise<void>): Promise<unknown> {
    this.writing = this.writing.then(work).catch(() => undefined);
    return this.writing;
  }

  private async isKeptByOthers({ keeper }: QueuedCall): Promise<boolean> {
    return keeper !== this.keeper && this.store.lock !== undefined && (await isLockHeld(this.lockOf(keeper)));
  }

  private lockOf(keeper: string): string {
    return `${this.store.lock ?? ''} ${keeper}`;
  }
}
