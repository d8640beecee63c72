import { useCallback, useEffect } from 'react';
import { useBoardTools } from '../board/boardContext.js';

/** To be called with what is written so far: tells those who look at the ticket that one writes a comment, and that it ended, at the latest when the form goes. */
export function useTyping(ticketId: string): (text: string) => void {
  const { typing } = useBoardTools().client.presence;
  useEffect(() => () => typing(ticketId, false), [typing, ticketId]);
  return useCallback((text) => typing(ticketId, text !== ''), [typing, ticketId]);
}
