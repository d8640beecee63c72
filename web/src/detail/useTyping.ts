import { useCallback, useEffect } from 'react';
import { useBoardTools } from '../board/boardContext.js';

/** To be called with what is written so far: tells those who look at the ticket that one writes a comment, and that it ended, at the latest when the form goes. */
export function useTyping(ticketId: string): (text: string) => void {
  const { presence } = useBoardTools().client;
  useEffect(() => () => presence.typing(ticketId, false), [presence, ticketId]);
  return useCallback((text) => presence.typing(ticketId, text !== ''), [presence, ticketId]);
}
