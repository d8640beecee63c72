import { useState } from 'react';
import { explain } from '../board/explain.js';

/** Answers whether it was done. */
export type Act = (call: () => Promise<unknown>) => Promise<boolean>;

/** What is done to what a section shows: then that is read anew, or `problem` says why it was not done. */
export function useDeeds(refresh: () => void): { readonly act: Act; readonly problem: string } {
  const [problem, setProblem] = useState('');
  const act: Act = async (call) => {
    try {
      await call();
      setProblem('');
      refresh();
      return true;
    } catch (error) {
      setProblem(explain(error));
      return false;
    }
  };
  return { act, problem };
}
