/** Does `work` now and every `everyMs` after, never twice at once, until the returned function is called. `work` does not throw. */
export const repeat = (everyMs: number, work: () => Promise<void>): (() => void) => repeatOrSooner(everyMs, work).stop;

export interface Repeated {
  /** Does it now, or once more when it is being done: what is there by now is seen. */
  readonly soon: () => void;
  readonly stop: () => void;
}

/** The same, which may also be asked for in between. */
export function repeatOrSooner(everyMs: number, work: () => Promise<void>): Repeated {
  const state = { isRunning: false, isAsked: false, isOver: false };
  const run = async () => {
    if (state.isRunning) return;
    state.isRunning = true;
    do {
      state.isAsked = false;
      await work();
    } while (state.isAsked && !state.isOver);
    state.isRunning = false;
  };
  void run();
  const timer = setInterval(() => void run(), everyMs).unref();
  return {
    soon: () => {
      state.isAsked = true;
      if (!state.isOver) void run();
    },
    stop: () => {
      state.isOver = true;
      clearInterval(timer);
    },
  };
}
