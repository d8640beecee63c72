import { z } from 'zod';
import { Id, Instant, listInput, listSort, mutationInput, page } from './text.js';

export const Watcher = z.object({ userId: Id, name: z.string(), since: Instant });
export type Watcher = z.infer<typeof Watcher>;
export const WatchTicketInput = mutationInput({ ticketId: Id });
export type WatchTicketInput = z.output<typeof WatchTicketInput>;
/** Whether the caller watches the ticket now. */
export const WatchReply = z.object({ ticketId: Id, watching: z.boolean() });
export type WatchReply = z.infer<typeof WatchReply>;
export const WatcherSort = listSort(['since']);
export const ListWatchersInput = listInput({ ticketId: Id, sort: WatcherSort });
export const WatcherPage = page(Watcher);
