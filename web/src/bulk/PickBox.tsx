import type { MouseEvent as Click } from 'react';
import type { LaneTicketProps } from '../board/laneProps.js';
import type { Ticket } from '../sdk.js';

type Props = Pick<LaneTicketProps, 'isSelected' | 'isTabStop' | 'onPick'> & { readonly ticket: Ticket };

/** Chooses a ticket for what is done to many. With Shift, all up to it. */
export function PickBox({ ticket, isSelected, isTabStop, onPick }: Props) {
  return (
    <input
      type="checkbox"
      className="pick"
      aria-label={`Select ${ticket.key}`}
      title="Select (X)"
      tabIndex={isTabStop ? 0 : -1}
      checked={isSelected}
      onChange={(event) => onPick(ticket.id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
    />
  );
}

/** A click with Shift on a ticket chooses all up to it, instead of opening it. */
export function pickInstead(event: Click, ticketId: string, onPick: LaneTicketProps['onPick']): void {
  if (!event.shiftKey || (event.target as HTMLElement).closest('button, input')) return;
  event.preventDefault();
  onPick(ticketId, true);
}
