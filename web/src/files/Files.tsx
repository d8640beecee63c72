import { useRef, useState, useSyncExternalStore } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { Attachment, Ticket } from '../sdk.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { Icon } from '../ui/Icon.js';
import { useAct } from '../ui/useAct.js';
import { useNow } from '../ui/useNow.js';
import { FileName } from './FileName.js';
import { isPicture, sizeText } from './fileText.js';
import { Preview } from './Preview.js';
import type { Upload, Uploads } from './uploads.js';

interface Props {
  readonly ticket: Ticket;
  /** Null while they load. */
  readonly files: readonly Attachment[] | null;
  readonly uploads: Uploads;
}

/** The ticket's files and those that are on their way. They can also be dropped on the panel, or pasted. */
export function Files({ ticket, files, uploads }: Props) {
  const sending = useSyncExternalStore(uploads.subscribe, uploads.get);
  const input = useRef<HTMLInputElement>(null);
  return (
    <section className="panel-part files" aria-labelledby="files-title">
      <h3 id="files-title">Files</h3>
      {files === null ? <p className="form-hint">Loading…</p> : null}
      {files && files.length > 0 ? (
        <ul className="file-list" aria-labelledby="files-title">
          {files.map((file) => (
            <FileLine key={file.id} ticket={ticket} file={file} onRemoved={() => input.current?.focus()} />
          ))}
        </ul>
      ) : null}
      {sending.length > 0 ? (
        <ul className="file-list" aria-label="Being sent">
          {sending.map((upload) => (
            <UploadLine key={upload.id} upload={upload} uploads={uploads} />
          ))}
        </ul>
      ) : null}
      <label className="file-pick">
        <Icon name="clip" />
        <span>Attach files</span>
        <span className="form-hint">or drop or paste them here</span>
        <input
          ref={input}
          type="file"
          multiple
          className="visually-hidden"
          aria-label="Attach files"
          onChange={({ currentTarget }) => {
            uploads.add([...(currentTarget.files ?? [])].map((file) => ({ file, name: file.name })));
            currentTarget.value = '';
          }}
        />
      </label>
    </section>
  );
}

function FileLine({ ticket, file, onRemoved }: { ticket: Ticket; file: Attachment; onRemoved: () => void }) {
  const { client, toasts } = useBoardTools();
  const now = useNow(30_000);
  const { isBusy, act } = useAct(toasts, file.filename);
  const [isAsking, setIsAsking] = useState(false);
  const mayRemove = useMayRemove(file);
  const remove = () =>
    void act(() => client.attachments.delete({ attachmentId: file.id })).then((reply) => reply && onRemoved());
  return (
    <li className="file">
      {isPicture(file) ? <Preview file={file} /> : <Icon name="file" />}
      <div className="file-text">
        <FileName file={file} />
        <span className="form-hint">
          {sizeText(file.size)} · {file.uploadedByName} ·{' '}
          <time dateTime={file.createdAt} title={formatMoment(file.createdAt)}>
            {formatAgo(file.createdAt, now)}
          </time>
        </span>
        {file.visibility === 'INTERNAL' ? (
          <span className="comment-internal">
            <Icon name="lock" /> Internal
          </span>
        ) : null}
      </div>
      {mayRemove && !isAsking ? (
        <button
          type="button"
          className="icon-button"
          aria-label={`Remove ${file.filename} from ${ticket.key}`}
          onClick={() => setIsAsking(true)}
        >
          <Icon name="trash" />
        </button>
      ) : null}
      {isAsking ? (
        <span className="file-sure" role="group" aria-label={`Remove ${file.filename} for good?`}>
          <button type="button" className="button button-danger" autoFocus disabled={isBusy} onClick={remove}>
            Remove
          </button>
          <button type="button" className="button" onClick={() => setIsAsking(false)}>
            Keep
          </button>
        </span>
      ) : null}
    </li>
  );
}

/** Who sent it, and leads. */
function useMayRemove({ uploadedBy }: Attachment): boolean {
  const { store, viewer } = useBoardTools();
  const myRole = useSyncExternalStore(store.subscribe, store.get).state?.project.myRole;
  return uploadedBy === viewer.user.id || viewer.user.role === 'ADMIN' || myRole === 'LEAD';
}

function UploadLine({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { id, name, size, share, problem } = upload;
  return (
    <li className="file" data-failed={problem !== null || undefined}>
      <Icon name="file" />
      <div className="file-text">
        <span className="file-name">{name}</span>
        {problem === null ? (
          <progress aria-label={`Sending ${name}, ${sizeText(size)}`} max={1} value={share} />
        ) : (
          <span className="file-problem">{problem}</span>
        )}
      </div>
      {problem !== null && uploads.canRepeat(id) ? (
        <button type="button" className="button" aria-label={`Send ${name} again`} onClick={() => uploads.again(id)}>
          Try again
        </button>
      ) : null}
      <button
        type="button"
        className="icon-button"
        aria-label={problem === null ? `Stop sending ${name}` : `Forget ${name}`}
        onClick={() => uploads.drop(id)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
