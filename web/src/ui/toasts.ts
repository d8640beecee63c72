export interface Toast {
  readonly id: number;
  readonly kind: 'error' | 'notice';
  readonly text: string;
}

const SHOWN_MS = { error: 8_000, notice: 5_000 };
const SHOWN_MAX = 4;

/** Short messages over the page; each leaves by itself. */
export class Toasts {
  #toasts: readonly Toast[] = [];
  #nextId = 1;
  readonly #listeners = new Set<() => void>();

  readonly get = (): readonly Toast[] => this.#toasts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  show(kind: Toast['kind'], text: string): void {
    const toast = { id: this.#nextId++, kind, text };
    this.#set([...this.#toasts.filter((t) => t.text !== text), toast].slice(-SHOWN_MAX));
    setTimeout(() => this.dismiss(toast.id), SHOWN_MS[kind]);
  }

  readonly dismiss = (id: number): void => this.#set(this.#toasts.filter((toast) => toast.id !== id));

  #set(toasts: readonly Toast[]): void {
    this.#toasts = toasts;
    for (const listener of this.#listeners) listener();
  }
}
