import type { Toasts } from '../ui/toasts.js';

/** What can be taken back: how it is told, what takes it back, and how a failure of that is told. */
export interface Act {
  /** What was done: "SUP-12 moved to Review". */
  readonly text: string;
  /** An ordinary mutation that must be refused when somebody changed the same thing since. */
  readonly undo: () => Promise<unknown>;
  /** Why it could not be taken back, in words. */
  readonly explain: (error: unknown) => string;
}
interface Kept extends Act {
  readonly toastId: number;
  readonly until: number;
}

/** As long as its message is shown; a message that is held keeps its button longer. */
const KEPT_MS = 8_000;
const KEPT_MAX = 20;

/** What this person did last. Each act is offered to be taken back for some seconds, by its message and by Ctrl or ⌘ and Z. */
export class UndoStore {
  #acts: readonly Kept[] = [];

  constructor(
    private readonly toasts: Toasts,
    private readonly now: () => number = Date.now,
  ) {}

  offer(act: Act): void {
    const run = () => void this.#take(kept);
    const toastId = this.toasts.show('notice', act.text, { label: 'Undo', run });
    const kept = { ...act, toastId, until: this.now() + KEPT_MS };
    this.#acts = [...this.#acts, kept].slice(-KEPT_MAX);
  }

  /** Takes the latest act back; false when there is none that still can be. */
  readonly undoLatest = (): boolean => {
    const latest = this.#acts.findLast(({ until }) => until > this.now());
    if (!latest) return false;
    this.toasts.dismiss(latest.toastId);
    void this.#take(latest);
    return true;
  };

  async #take(act: Kept): Promise<void> {
    if (!this.#acts.includes(act)) return;
    this.#acts = this.#acts.filter((other) => other !== act);
    try {
      await act.undo();
      this.toasts.show('notice', `Undone: ${act.text}`);
    } catch (error) {
      this.toasts.show('error', `Not undone. ${act.explain(error)}`);
    }
  }
}
