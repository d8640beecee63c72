import { useEffect, useMemo } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import { TypingSignal } from './typingSignal.js';

/** What is not told at once is not worth telling any more. */
const TELL_MS = 2_000;

/** Tells those who look at the ticket that one writes a comment; that it ended when the form goes. */
export function useTyping(ticketId: string): TypingSignal {
  const { client } = useBoardTools();
  const signal = useMemo(() => {
    const say = (typing: boolean) => {
      client.presence.set({ ticketId, typing }, { signal: AbortSignal.timeout(TELL_MS) }).catch(() => undefined);
    };
    return new TypingSignal(say);
  }, [client, ticketId]);
  useEffect(() => () => signal.stop(), [signal]);
  return signal;
}
