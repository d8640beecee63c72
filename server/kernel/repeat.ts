/** Does `work` now and every `everyMs` after, never twice at once, until the returned function is called. `work` does not throw. */
export function repeat(everyMs: number, work: () => Promise<void>): () => void {
  let isRunning = false;
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    await work();
    isRunning = false;
  };
  void run();
  const timer = setInterval(() => void run(), everyMs).unref();
  return () => clearInterval(timer);
}
