/** How long the event loop of a stalled node stands still. */
export const STALL_MS = 8_000;
