import type { BatonClient } from '../sdk.js';
import type { Toasts } from '../ui/toasts.js';
import { explainFile, fileProblem } from './fileText.js';
import { sendFile } from './sendFile.js';

/** A file on its way; `problem` when it did not get there. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly share: number;
  readonly problem: string | null;
}

interface Waiting {
  readonly file: Blob;
  readonly calling: AbortController;
}

/** The files that are sent to one ticket, one after the other; they go on when its panel is closed. */
export class Uploads {
  #uploads: readonly Upload[] = [];
  #nextId = 1;
  #sending: Promise<void> = Promise.resolve();
  readonly #files = new Map<number, Waiting>();
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly client: BatonClient,
    private readonly toasts: Toasts,
    private readonly ticketId: string,
  ) {}

  readonly get = (): readonly Upload[] => this.#uploads;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(files: readonly { readonly file: Blob; readonly name: string }[]): void {
    for (const { file, name } of files) {
      const problem = fileProblem({ name, size: file.size });
      const id = this.#nextId++;
      this.#set([...this.#uploads, { id, name, size: file.size, share: 0, problem }]);
      if (problem !== null) this.toasts.show('error', problem);
      else this.#begin(id, file);
    }
  }

  readonly again = (id: number): void => {
    const file = this.#files.get(id)?.file;
    if (!file) return;
    this.#change(id, { problem: null, share: 0 });
    this.#begin(id, file);
  };

  /** Lets it go, also while it is sent. */
  readonly drop = (id: number): void => {
    this.#files.get(id)?.calling.abort();
    this.#forget(id);
  };

  canRepeat(id: number): boolean {
    return this.#files.has(id);
  }

  #begin(id: number, file: Blob): void {
    const calling = new AbortController();
    this.#files.set(id, { file, calling });
    this.#sending = this.#sending.then(() => this.#send(id, file, calling.signal));
  }

  async #send(id: number, file: Blob, signal: AbortSignal): Promise<void> {
    const name = this.#uploads.find((upload) => upload.id === id)?.name;
    if (name === undefined || signal.aborted) return;
    const onProgress = (share: number) => this.#change(id, { share });
    try {
      await sendFile(this.client, { ticketId: this.ticketId, file, filename: name, onProgress, signal });
      this.#forget(id);
    } catch (error) {
      if (signal.aborted) return;
      const problem = explainFile(error, name);
      this.#change(id, { problem });
      this.toasts.show('error', problem);
    }
  }

  #forget(id: number): void {
    this.#files.delete(id);
    this.#set(this.#uploads.filter((upload) => upload.id !== id));
  }

  #change(id: number, change: Partial<Upload>): void {
    this.#set(this.#uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));
  }

  #set(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    for (const listener of this.#listeners) listener();
  }
}

const known = new WeakMap<BatonClient, Map<string, Uploads>>();

/** The same for as long as the page lives. */
export function uploadsOf(client: BatonClient, toasts: Toasts, ticketId: string): Uploads {
  const byTicket = known.get(client) ?? new Map<string, Uploads>();
  known.set(client, byTicket);
  const uploads = byTicket.get(ticketId) ?? new Uploads(client, toasts, ticketId);
  byTicket.set(ticketId, uploads);
  return uploads;
}
