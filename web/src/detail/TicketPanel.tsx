import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import type { Attachment, Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { Files } from '../files/Files.js';
import { uploadsOf } from '../files/uploads.js';
import { useAttachments } from '../files/useAttachments.js';
import { useFileDrop } from '../files/useFileDrop.js';
import { Icon } from '../ui/Icon.js';
import { ConflictNote, useConflict } from './ConflictNote.js';
import { CustomFields } from './CustomFields.js';
import { DescriptionField } from './DescriptionField.js';
import { Family } from './Family.js';
import { Holders } from './Holders.js';
import { Links } from './Links.js';
import { MergedNote } from './MergedNote.js';
import { PanelTools } from './PanelTools.js';
import { PresenceBar } from './PresenceBar.js';
import { Tags } from './Tags.js';
import { TicketFacts } from './TicketFacts.js';
import { Timeline } from './Timeline.js';
import { TitleField } from './TitleField.js';
import { useTicket, type ShownTicket } from './useTicket.js';
import { WatchButton } from './WatchButton.js';

/** One ticket beside its board, which stays usable. Takes the focus when it opens; Escape closes it. */
export function TicketPanel({ ticketKey, onClose }: { ticketKey: string; onClose: () => void }) {
  const shown = useTicket(ticketKey);
  const { ticket, error } = shown;
  const heading = useRef<HTMLHeadingElement>(null);
  const isShown = ticket !== null || error !== null;
  useEffect(() => {
    if (isShown) heading.current?.focus();
  }, [isShown]);
  const onKeyDown = (event: KeyboardEvent) => {
    const isInDialog = (event.target as HTMLElement).closest('dialog') !== null;
    const isComposing = event.nativeEvent.isComposing;
    if (event.key !== 'Escape' || event.defaultPrevented || isInDialog || isComposing) return;
    event.preventDefault();
    onClose();
  };

  return (
    <section className="panel" role="dialog" aria-label={ticketKey} onKeyDown={onKeyDown}>
      <div className="panel-head">
        <span className="panel-key">{ticketKey}</span>
        {ticket ? <PresenceBar ticketId={ticket.id} /> : null}
        {ticket && shown.detail ? <WatchButton detail={shown.detail} onChanged={shown.readAgain} /> : null}
        {ticket ? <PanelTools ticket={ticket} onDeleted={onClose} /> : null}
        <button type="button" className="icon-button" aria-label="Close ticket" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {ticket ? (
        <PanelBody key={ticket.id} ticket={ticket} shown={shown} heading={heading} />
      ) : (
        <div className="panel-body" tabIndex={-1}>
          <h2 ref={heading} tabIndex={-1}>
            {missingTitle(ticketKey, shown)}
          </h2>
          {error ? <p>{explain(error, ticketKey)}</p> : null}
        </div>
      )}
    </section>
  );
}

function missingTitle(ticketKey: string, { error, isGone }: ShownTicket): string {
  if (isGone) return `${ticketKey} has been deleted, or is in another project now`;
  return error ? `${ticketKey} is not here` : 'Loading…';
}

const none: readonly Attachment[] = [];

interface BodyProps {
  readonly ticket: Ticket;
  readonly shown: ShownTicket;
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

function PanelBody({ ticket, shown, heading }: BodyProps) {
  const { client, toasts, viewer } = useBoardTools();
  const { conflict, settle } = useConflict(ticket.id);
  const mayEdit = viewer.isStaff || ticket.reporterId === viewer.user.id;
  const files = useAttachments(ticket.id);
  const uploads = uploadsOf(client, toasts, ticket.id);
  const drop = useFileDrop(uploads);
  return (
    <div className="panel-body" tabIndex={-1} {...drop}>
      {conflict ? (
        <ConflictNote key={conflict.currentVersion} ticket={ticket} conflict={conflict} onSettled={settle} />
      ) : null}
      <TitleField ticket={ticket} mayEdit={mayEdit} heading={heading} />
      <DescriptionField ticket={ticket} mayEdit={mayEdit} />
      <MergedNote ticket={ticket} detail={shown.detail} />
      <TicketFacts ticket={ticket} detail={shown.detail} />
      {viewer.isStaff ? <Tags ticket={ticket} /> : null}
      {viewer.isStaff ? <CustomFields ticket={ticket} /> : null}
      <Holders ticket={ticket} />
      <Family ticket={ticket} />
      {shown.detail ? <Links ticket={ticket} detail={shown.detail} /> : null}
      <Files ticket={ticket} files={files} uploads={uploads} />
      <Timeline ticket={ticket} files={files ?? none} />
    </div>
  );
}
