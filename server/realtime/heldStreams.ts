import { streamKey, type StreamRef } from './streamRef.js';
import type { LiveStream } from './liveStream.js';

/** A stream that nobody follows any more is kept this long: whoever comes back finds its latest events in memory. */
const LINGER_MS = 10_000;

interface Held {
  readonly stream: LiveStream;
  holders: number;
  linger: NodeJS.Timeout | null;
}

/** The streams that somebody holds in this process, each once, and for a while those that somebody held. */
export class HeldStreams {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly make: (ref: StreamRef) => LiveStream,
    private readonly forgotten: (ref: StreamRef) => void,
  ) {}

  get size(): number {
    return this.held.size;
  }

  refs(): StreamRef[] {
    return [...this.held.values()].map(({ stream }) => stream.ref);
  }

  /** Null when nobody holds it. */
  get(ref: StreamRef): LiveStream | null {
    return this.held.get(streamKey(ref))?.stream ?? null;
  }

  /** The stream, kept until it is released as often as it was held. */
  hold(ref: StreamRef): LiveStream {
    const key = streamKey(ref);
    const known = this.held.get(key);
    if (known) {
      known.holders++;
      if (known.linger) clearTimeout(known.linger);
      known.linger = null;
      return known.stream;
    }
    const stream = this.make(ref);
    this.held.set(key, { stream, holders: 1, linger: null });
    return stream;
  }

  release(stream: LiveStream): void {
    const known = this.held.get(stream.key);
    if (known?.stream !== stream || --known.holders > 0) return;
    known.linger = setTimeout(() => {
      this.held.delete(stream.key);
      this.forgotten(stream.ref);
    }, LINGER_MS).unref();
  }

  clear(): void {
    for (const { linger } of this.held.values()) if (linger) clearTimeout(linger);
    this.held.clear();
  }
}
