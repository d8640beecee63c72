import { AssignDialog } from './AssignDialog.js';
import type { Popup } from './boardContext.js';
import { HelpDialog } from './HelpDialog.js';
import { StatusMenu } from './StatusMenu.js';
import { Palette } from '../palette/Palette.js';
import { TicketDialog } from './TicketDialog.js';

export function Popups({ popup, onClose }: { popup: Popup; onClose: () => void }) {
  switch (popup.kind) {
    case 'status':
      return <StatusMenu key={popup.ticket.id} ticket={popup.ticket} anchor={popup.anchor} onClose={onClose} />;
    case 'assign':
      return <AssignDialog ticket={popup.ticket} fromAssignmentId={popup.fromAssignmentId} onClose={onClose} />;
    case 'create':
      return <TicketDialog ticket={null} conversationId={popup.conversationId} onClose={onClose} />;
    case 'edit':
      return <TicketDialog ticket={popup.ticket} onClose={onClose} />;
    case 'help':
      return <HelpDialog onClose={onClose} />;
    case 'palette':
      return <Palette commands={popup.commands} onClose={onClose} />;
    default:
      return popup satisfies never;
  }
}
