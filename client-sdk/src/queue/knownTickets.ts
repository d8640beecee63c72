import type { Task } from '../../../contract/task.js';
import type { Ticket, TicketReply } from '../../../contract/ticket.js';
import { answered } from '../lists/creations.js';
import type { Overlay } from '../lists/overlay.js';

const REMEMBERED = 500;

/** The newest that is known here of each ticket: by lists, or by an answer whose event has not come yet. */
export class KnownTickets {
  private readonly replies = new Map<string, Ticket>();

  constructor(private readonly overlay: Overlay) {}

  newest(ticketId: string): Ticket | undefined {
    const [listed, told] = [this.overlay.newest(ticketId), this.replies.get(ticketId)];
    return listed && told ? (told.version >= listed.version ? told : listed) : (listed ?? told);
  }

  /** `reply` may be of any mutation. */
  remember(reply: object): void {
    if (!('id' in reply && 'lastSeq' in reply && 'version' in reply)) return;
    const told = reply as TicketReply | Task;
    const known = this.newest(told.id) ?? ('conversationId' in told ? told : undefined);
    if (!known) return;
    this.keep(answered(known, told));
  }

  private keep(ticket: Ticket): void {
    this.replies.delete(ticket.id);
    this.replies.set(ticket.id, ticket);
    const [oldest] = this.replies.keys();
    if (this.replies.size > REMEMBERED && oldest !== undefined) this.replies.delete(oldest);
  }

  /** What somebody has before their eyes, from elsewhere than a list. */
  see(ticket: Ticket): void {
    const told = this.replies.get(ticket.id);
    if (!told || told.version <= ticket.version) this.keep(ticket);
  }

  clear(): void {
    this.replies.clear();
  }
}
