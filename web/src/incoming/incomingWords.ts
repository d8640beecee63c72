import type { IncomingDelivery, IncomingOutcome, IncomingWebhook } from '../sdk.js';
import type { HookState } from '../webhooks/webhookWords.js';

export const outcomeNames: Readonly<Record<IncomingOutcome, string>> = {
  CREATED: 'Ticket made',
  UPDATED: 'Ticket changed',
  UNCHANGED: 'Nothing new',
  STALE: 'Out of date',
  IGNORED: 'Passed over',
  REFUSED: 'Not done',
};

/** "issues opened", "ping". */
export const eventText = ({ event, action }: Pick<IncomingDelivery, 'event' | 'action'>): string =>
  action === null ? event : `${event} ${action}`;

/** Where the other system is to send, on the server that this page came from. */
export const addressOf = ({ path }: Pick<IncomingWebhook, 'path'>, page: string): string => new URL(path, page).href;

/** Whether what comes is taken, and what becomes of it otherwise. */
export const stateOf = ({ active }: Pick<IncomingWebhook, 'active'>): HookState =>
  active
    ? { look: 'on', word: 'On', why: null }
    : {
        look: 'off',
        word: 'Off',
        why: 'Somebody turned it off. What comes meanwhile is passed over; once it is on, GitHub can send it again.',
      };
