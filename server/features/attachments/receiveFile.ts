import { finished, type Readable } from 'node:stream';
import type { AttachmentReply } from '../../../contract/attachment.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { FileStore } from '../../storage/fileStore.js';
import { ScannerDown } from '../../storage/scanner.js';
import type { Deps } from '../deps.js';
import { seeAttachment, type AttachmentRow } from './attachments.queries.js';
import { completeUpload, uploadedAlready } from './commands/completeUpload.js';
import { contentTypeOf } from './contentType.js';
import { FileRefusal } from './fileRefusal.js';
import { epochOf } from './sweepAttachments.js';
import { UploadGate } from './uploadGate.js';

/**
 * The attachment that waits for its bytes.
 * @throws NOT_FOUND no such attachment for this actor; CONFLICT its bytes have come already.
 */
export async function expectFile({ db }: Deps, actor: Actor, attachmentId: string): Promise<AttachmentRow> {
  const attachment = await seeAttachment(db.all, actor, attachmentId);
  if (attachment.state !== 'PENDING') throw uploadedAlready();
  return attachment;
}

/**
 * Takes the bytes of an announced attachment as they come, and tells of it once they are all kept. What breaks off, or is refused,
 * leaves the attachment as it was, and nothing in the storage.
 * @throws BAD_INPUT other bytes than announced, or the scanner found something; UNAVAILABLE they came too slowly or broke off, or
 * storage or scanner are away; and what `completeUpload` throws.
 */
export async function receiveFile(
  deps: Deps,
  actor: Actor,
  attachment: AttachmentRow,
  bytes: Readable,
): Promise<AttachmentReply> {
  const { store, scanner } = deps.files;
  await claim(deps).catch((error: unknown) => {
    throw told(deps, error);
  });
  const fileId = newId();
  const gate = new UploadGate(attachment, scanner?.begin() ?? null);
  // It may break off before the storage looks at it; the storage then finds it broken.
  gate.on('error', () => undefined);
  const endWatch = watch(bytes, gate, deps.files);
  try {
    bytes.pipe(gate);
    await store.put(fileId, gate, attachment);
  } catch (error) {
    throw told(deps, gate.errored ?? error);
  } finally {
    endWatch();
    bytes.unpipe(gate);
    gate.destroy();
  }
  const contentType = await contentTypeOf(gate.sample);
  return keep(deps, actor, attachment.id, { fileId, contentType });
}

const claimed = new WeakMap<FileStore, Promise<void>>();

/** Before its first file, once in a process, the storage is told whose it is. */
async function claim({ db, files: { store } }: Deps): Promise<void> {
  const claiming = claimed.get(store) ?? epochOf(db.all).then((epoch) => store.claim(epoch));
  claimed.set(store, claiming);
  await claiming.catch((error: unknown) => {
    claimed.delete(store);
    throw error;
  });
}

async function keep(
  deps: Deps,
  actor: Actor,
  attachmentId: string,
  arrived: { readonly fileId: string; readonly contentType: string },
): Promise<AttachmentReply> {
  try {
    const { attachment, isKept } = await completeUpload(deps, actor, attachmentId, arrived);
    if (!isKept) await discard(deps, arrived.fileId);
    return attachment;
  } catch (error) {
    // Of a COMMIT that was not answered nobody knows what became: a file without a row is found by the sweep.
    if (error instanceof AppError && error.code !== 'UNAVAILABLE') await discard(deps, arrived.fileId);
    throw error;
  }
}

/** What cannot be removed now is removed by the sweep. */
async function discard({ files: { store }, log }: Deps, fileId: string): Promise<void> {
  await store.remove(fileId).catch((error: unknown) => log.warn({ fileId, err: error }, 'a file stays for the sweep'));
}

/** Ends the gate when the bytes break off, pause too long, or take too long in all. */
function watch(bytes: Readable, gate: UploadGate, { idleMs, uploadMs }: Deps['files']): () => void {
  const tooSlow = () => gate.destroy(new FileRefusal(408, 'UNAVAILABLE', 'The bytes came too slowly.'));
  const idle = setTimeout(tooSlow, idleMs);
  const whole = setTimeout(tooSlow, uploadMs);
  const moved = () => void idle.refresh();
  bytes.on('data', moved);
  const forget = finished(bytes, { writable: false }, (error) => {
    if (error) gate.destroy(new AppError('UNAVAILABLE', 'The upload broke off.'));
  });
  return () => {
    clearTimeout(idle);
    clearTimeout(whole);
    bytes.off('data', moved);
    forget();
  };
}

function told({ log }: Deps, error: unknown): AppError {
  if (error instanceof AppError) return error;
  log.error({ err: error }, 'a file could not be taken');
  const who = error instanceof ScannerDown ? 'scanner' : 'storage';
  return new AppError('UNAVAILABLE', `The ${who} of attachments does not answer. Try again later.`);
}
