export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Wait before retry 0, 1, 2 …: between half and all of `baseMs · 2ⁿ`, at most `maxMs`, so that many clients spread out. */
export const backoffMs = (retry: number, { baseMs, maxMs }: Backoff): number =>
  Math.min(maxMs, baseMs * 2 ** Math.min(retry, 30)) * (0.5 + Math.random() / 2);

/** Rejects with the reason of `signal` as soon as that is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      if (signal?.aborted) reject(reasonOf(signal));
      else resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}

/** What a call rejects with after an abort; a signal may have been given anything at all as its reason. */
export const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new DOMException('The call was aborted.', 'AbortError');
