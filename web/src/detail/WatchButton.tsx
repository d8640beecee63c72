import { useBoardTools } from '../board/boardContext.js';
import type { TicketDetail } from '../sdk.js';
import { Icon } from '../ui/Icon.js';
import { useAct } from '../ui/useAct.js';

interface Props {
  readonly detail: TicketDetail;
  readonly onChanged: () => void;
}

/** Whoever watches is told what is said at the ticket. */
export function WatchButton({ detail: { id: ticketId, key, watching }, onChanged }: Props) {
  const { client, toasts } = useBoardTools();
  const { isBusy, act } = useAct(toasts, key);
  const toggle = () => (watching ? client.tickets.unwatch({ ticketId }) : client.tickets.watch({ ticketId }));
  return (
    <button
      type="button"
      className="icon-button watch"
      aria-label="Watch"
      aria-pressed={watching}
      aria-disabled={isBusy || undefined}
      title={watching ? 'You watch this ticket' : 'Watch this ticket'}
      onClick={() => {
        if (!isBusy) void act(toggle).then((reply) => reply && onChanged());
      }}
    >
      <Icon name="eye" />
    </button>
  );
}
