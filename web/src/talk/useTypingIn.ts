import { useEffect, useMemo } from 'react';
import type { BatonClient } from '../sdk.js';

const AGAIN_MS = 2_000;
const PAUSE_MS = 3_000;

/** To be called with what is written so far: tells those who are in the conversation that one writes, and that it ended. */
export function useTypingIn(client: BatonClient, conversationId: string): (text: string) => void {
  const typing = useMemo(() => createTyping(client, conversationId), [client, conversationId]);
  useEffect(() => () => typing(''), [typing]);
  return typing;
}

function createTyping(client: BatonClient, conversationId: string) {
  let toldAt = 0;
  let pausing: ReturnType<typeof setTimeout> | undefined;
  // It would be over before it came: what cannot be told is let go.
  const tell = (isTyping: boolean) =>
    void client.presence
      .set({ conversationId, typing: isTyping }, { signal: AbortSignal.timeout(PAUSE_MS) })
      .catch(() => undefined);
  const stop = () => {
    clearTimeout(pausing);
    if (toldAt > 0) tell(false);
    toldAt = 0;
  };
  return (text: string): void => {
    if (text === '') return stop();
    clearTimeout(pausing);
    pausing = setTimeout(stop, PAUSE_MS);
    if (Date.now() - toldAt < AGAIN_MS) return;
    toldAt = Date.now();
    tell(true);
  };
}
