import { useState } from 'react';
import { explain } from '../board/explain.js';
import type { Toasts } from './toasts.js';

/** One call at a time. Answers null after telling a failure; `subject` is what it is about. */
export function useAct(toasts: Toasts, subject: string) {
  const [isBusy, setIsBusy] = useState(false);
  const act = async <Reply>(call: () => Promise<Reply>): Promise<Reply | null> => {
    setIsBusy(true);
    try {
      return await call();
    } catch (error) {
      toasts.show('error', explain(error, subject));
      return null;
    } finally {
      setIsBusy(false);
    }
  };
  return { isBusy, act };
}
