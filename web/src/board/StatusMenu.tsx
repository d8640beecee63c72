import { statuses, statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { Menu } from '../ui/Menu.js';
import { useBoardTools } from './boardContext.js';

export function StatusMenu({ ticket, anchor, onClose }: { ticket: Ticket; anchor: HTMLElement; onClose: () => void }) {
  const { actions } = useBoardTools();
  return (
    <Menu
      label={`Status of ${ticket.key}`}
      anchor={anchor}
      items={statuses.map((status, index) => ({
        id: status,
        name: statusNames[status],
        label: (
          <>
            <span className="status-dot" data-status={status} /> {statusNames[status]}
          </>
        ),
        isCurrent: status === ticket.status,
        hotkey: String(index + 1),
      }))}
      onChoose={(id) => {
        const status = statuses.find((s) => s === id);
        if (status) void actions.move(ticket, status);
      }}
      onClose={onClose}
    />
  );
}
