import { useCallback, useEffect, useRef, useState } from 'react';

export interface Polled<Data> {
  /** The last that was read; kept when a later reading fails. */
  readonly data: Data | null;
  readonly error: unknown;
  /** When `data` was read, in ms; null before. */
  readonly at: number | null;
  readonly refresh: () => void;
}

/** Reads again and again while the page is looked at. `read` must be the same function until it means something else. */
export function usePolled<Data>(read: (signal: AbortSignal) => Promise<Data>, everyMs: number): Polled<Data> {
  const [state, setState] = useState<Omit<Polled<Data>, 'refresh'>>({ data: null, error: null, at: null });
  const again = useRef(() => {});
  useEffect(() => {
    const reading = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      try {
        if (!document.hidden) {
          const data = await read(reading.signal);
          setState({ data, error: null, at: Date.now() });
        }
      } catch (error) {
        if (!reading.signal.aborted) setState((now) => ({ ...now, error }));
      }
      clearTimeout(timer);
      if (!reading.signal.aborted) timer = setTimeout(() => void run(), everyMs);
    };
    again.current = () => void run();
    void run();
    return () => {
      reading.abort();
      clearTimeout(timer);
    };
  }, [read, everyMs]);
  const refresh = useCallback(() => again.current(), []);
  return { ...state, refresh };
}
