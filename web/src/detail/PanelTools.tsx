import { useState, useSyncExternalStore } from 'react';
import { statusNames } from '../model.js';
import type { Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { Icon } from '../ui/Icon.js';
import { Menu, type MenuItem } from '../ui/Menu.js';
import { ReasonDialog } from '../ui/ReasonDialog.js';
import { MergeDialog } from './MergeDialog.js';
import { SplitDialog } from './SplitDialog.js';

/** Status and what else can be done with the whole ticket. */
export function PanelTools({ ticket, onDeleted }: { ticket: Ticket; onDeleted: () => void }) {
  const { viewer, open } = useBoardTools();
  const status = (
    <>
      <span className="status-dot" data-status={ticket.status} />
      {statusNames[ticket.status]}
    </>
  );
  return (
    <>
      {viewer.isStaff ? (
        <button
          type="button"
          className="button panel-status"
          aria-haspopup="menu"
          aria-label={`Status: ${statusNames[ticket.status]}. Change`}
          onClick={(event) => open({ kind: 'status', ticket, anchor: event.currentTarget })}
        >
          {status}
          <Icon name="down" />
        </button>
      ) : (
        <span className="panel-status">{status}</span>
      )}
      <MoreMenu ticket={ticket} onDeleted={onDeleted} />
    </>
  );
}

function MoreMenu({ ticket, onDeleted }: { ticket: Ticket; onDeleted: () => void }) {
  const { viewer, actions, toasts, open } = useBoardTools();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asking, setAsking] = useState<'delete' | 'merge' | 'split' | null>(null);
  const done = () => setAsking(null);
  const isWhole = viewer.isStaff && ticket.mergedIntoId === null;
  const mayDelete = useMayDelete(ticket);
  const mayEdit = viewer.isStaff || ticket.reporterId === viewer.user.id;
  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => toasts.show('notice', `Link to ${ticket.key} copied.`),
      () => toasts.show('error', 'The browser did not allow copying.'),
    );
  const choices = [
    { name: 'Copy link', does: () => void copy(), isThere: true },
    { name: 'Edit in a form…', does: () => open({ kind: 'edit', ticket }), isThere: mayEdit },
    { name: 'Merge into…', does: () => setAsking('merge'), isThere: isWhole },
    { name: 'Split…', does: () => setAsking('split'), isThere: isWhole },
    { name: 'Delete…', does: () => setAsking('delete'), isThere: mayDelete },
  ].filter(({ isThere }) => isThere);
  const items: readonly MenuItem[] = choices.map(({ name }) => ({ id: name, name, label: name }));
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-haspopup="menu"
        aria-label={`More for ${ticket.key}`}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Icon name="more" />
      </button>
      {anchor ? (
        <Menu
          label={`More for ${ticket.key}`}
          anchor={anchor}
          items={items}
          onChoose={(id) => choices.find(({ name }) => name === id)?.does()}
          onClose={() => setAnchor(null)}
        />
      ) : null}
      {asking === 'merge' ? <MergeDialog ticket={ticket} onClose={done} /> : null}
      {asking === 'split' ? <SplitDialog ticket={ticket} onClose={done} /> : null}
      {asking === 'delete' ? (
        <ReasonDialog
          title={`Delete ${ticket.key}`}
          text={`${ticket.title} disappears for everybody. For some seconds that can be undone.`}
          verb="Delete"
          onSubmit={async (reason) => {
            const isDone = await actions.delete(ticket, reason);
            if (isDone) onDeleted();
            return isDone;
          }}
          onClose={done}
        />
      ) : null}
    </>
  );
}

/** Leads, administrators, and the colleague who made it. */
function useMayDelete(ticket: Ticket): boolean {
  const { store, viewer } = useBoardTools();
  const myRole = useSyncExternalStore(store.subscribe, store.get).state?.project.myRole;
  if (!viewer.isStaff) return false;
  return viewer.user.role === 'ADMIN' || myRole === 'LEAD' || ticket.createdBy === viewer.user.id;
}
