export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}
export interface Toast {
  readonly id: number;
  /** `news`: what others did. Quiet, and read out politely. */
  readonly kind: 'error' | 'notice' | 'news';
  readonly text: string;
  readonly action: ToastAction | null;
}

const SHOWN_MS = { error: 8_000, notice: 5_000, news: 6_000 };
const WITH_ACTION_MS = 8_000;
const SHOWN_MAX = 4;

/** Short messages over the page; each leaves by itself, but not while somebody is at it. */
export class Toasts {
  #toasts: readonly Toast[] = [];
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();

  readonly get = (): readonly Toast[] => this.#toasts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Returns its number, by which it can be dismissed earlier. */
  show(kind: Toast['kind'], text: string, action: ToastAction | null = null): number {
    const toast = { id: this.#nextId++, kind, text, action };
    this.#set([...this.#toasts.filter((t) => t.text !== text), toast].slice(-SHOWN_MAX));
    this.release(toast.id);
    return toast.id;
  }

  /** Keeps them all while the pointer or the focus is on one, so that nobody has to hurry. */
  readonly hold = (): void => {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  };

  readonly releaseAll = (): void => {
    for (const { id } of this.#toasts) this.release(id);
  };

  readonly dismiss = (id: number): void => {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#set(this.#toasts.filter((toast) => toast.id !== id));
  };

  private release(id: number): void {
    const toast = this.#toasts.find((t) => t.id === id);
    if (!toast) return;
    clearTimeout(this.#timers.get(id));
    const shownMs = toast.action ? WITH_ACTION_MS : SHOWN_MS[toast.kind];
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), shownMs),
    );
  }

  #set(toasts: readonly Toast[]): void {
    this.#toasts = toasts;
    for (const listener of this.#listeners) listener();
  }
}
