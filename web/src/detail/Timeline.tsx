import { useMemo, useState, useSyncExternalStore } from 'react';
import type { Attachment, Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { Ago } from '../ui/Ago.js';
import { Conversation } from '../talk/Conversation.js';
import { CommentEntry } from './CommentEntry.js';
import { CommentForm } from './CommentForm.js';
import { FileName } from '../files/FileName.js';
import { entriesOf, withFiles, type Entry } from './timelineEntries.js';
import { useTimeline } from './useTimeline.js';

const shows = { all: 'All', comment: 'Comments', changes: 'History', talk: 'Conversation' } as const;

/** What happened to a ticket and what was said about it, in one order, as it happens. */
export function Timeline({ ticket, files }: { ticket: Ticket; files: readonly Attachment[] }) {
  const [show, setShow] = useState<keyof typeof shows>('all');
  const { store, viewer } = useBoardTools();
  const myRole = useSyncExternalStore(store.subscribe, store.get).state?.project.myRole;
  const isLead = viewer.user.role === 'ADMIN' || myRole === 'LEAD';
  return (
    <section className="talk" aria-labelledby="talk-title">
      <header className="talk-head">
        <h3 id="talk-title">Activity</h3>
        <div className="tabs" role="group" aria-label="Show">
          {(Object.keys(shows) as (keyof typeof shows)[]).map((name) => (
            <button key={name} type="button" aria-pressed={show === name} onClick={() => setShow(name)}>
              {shows[name]}
            </button>
          ))}
        </div>
      </header>
      {show === 'talk' ? <Conversation conversationId={ticket.conversationId} mayDelete={isLead} isOpen /> : null}
      {/* Stays, for a comment may be half written. */}
      <div hidden={show === 'talk'}>
        <Happenings ticket={ticket} files={files} show={show} isLead={isLead} />
      </div>
    </section>
  );
}

interface HappeningsProps {
  readonly ticket: Ticket;
  readonly files: readonly Attachment[];
  readonly show: keyof typeof shows;
  readonly isLead: boolean;
}

function Happenings({ ticket, files, show, isLead }: HappeningsProps) {
  const { items, isLoading, older, loadOlder, add } = useTimeline(ticket.id);
  const nameOf = useNames();
  const entries = useMemo(
    () => withFiles(entriesOf(items, nameOf), files, older === null),
    [items, nameOf, files, older],
  );
  const shown = entries.filter(({ kind }) => show === 'all' || show === (kind === 'file' ? 'changes' : kind));
  return (
    <>
      {older === null ? null : (
        <button type="button" className="button timeline-older" onClick={() => void loadOlder()}>
          Show earlier
        </button>
      )}
      {isLoading ? <p className="form-hint">Loading…</p> : null}
      {!isLoading && shown.length === 0 ? (
        <p className="form-hint">{show === 'comment' ? 'No comments yet.' : 'Nothing here yet.'}</p>
      ) : null}
      <ol className="timeline" aria-label="Timeline">
        {shown.map((entry) => {
          const key = `${entry.kind} ${entry.id}`;
          if (entry.kind === 'file') return <FileEntry key={key} file={entry.file} />;
          if (entry.kind === 'changes') return <ChangesEntry key={key} entry={entry} />;
          return <CommentEntry key={key} comment={entry.comment} isLead={isLead} onChanged={add} />;
        })}
      </ol>
      <CommentForm ticketId={ticket.id} ticketKey={ticket.key} onCreated={add} />
    </>
  );
}

function useNames(): (userId: string) => string | undefined {
  const { store, viewer } = useBoardTools();
  const members = useSyncExternalStore(store.subscribe, store.get).state?.members;
  const { id, name } = viewer.user;
  return useMemo(() => {
    const names = new Map([...(members ?? []).map((m) => [m.userId, m.name] as const), [id, name] as const]);
    return (userId) => names.get(userId);
  }, [members, id, name]);
}

function FileEntry({ file }: { file: Attachment }) {
  return (
    <li className="timeline-changes">
      <p>
        <strong>{file.uploadedByName}</strong> attached <FileName file={file} /> <Ago at={file.createdAt} />
      </p>
    </li>
  );
}

function ChangesEntry({ entry: { lines, at } }: { entry: Entry & { kind: 'changes' } }) {
  return (
    <li className="timeline-changes">
      {lines.map((line, index) => (
        <div key={line.id}>
          <p>
            {index === 0 ? <strong>{line.who}</strong> : <span className="visually-hidden">{line.who}</span>}{' '}
            {line.text}
            {index === 0 ? (
              <>
                {' '}
                <Ago at={at} />
              </>
            ) : null}
          </p>
          {line.note ? <p className="history-note">“{line.note}”</p> : null}
        </div>
      ))}
    </li>
  );
}
