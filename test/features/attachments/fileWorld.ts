import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { z } from 'zod';
import { CreateAttachmentInput, type AttachmentReply, type CreatedAttachment } from '../../../contract/attachment.js';
import type { CreateTicketInput } from '../../../contract/ticketInputs.js';
import type { FileSettings } from '../../../server/features/attachments/fileSettings.js';
import { getAttachment } from '../../../server/features/attachments/attachments.queries.js';
import { createAttachment } from '../../../server/features/attachments/commands/createAttachment.js';
import { sweepOnce, type Swept } from '../../../server/features/attachments/sweepAttachments.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { adHoc } from '../../../server/db/statement.js';
import { clockAt } from '../../../server/kernel/clock.js';
import { newId } from '../../../server/kernel/ids.js';
import type { FilePlace } from '../../../server/storage/openFileStore.js';
import { anAgent, aCustomer, aProject } from '../../support/people.js';
import type { Dialect } from '../../support/services.js';
import { aTicket, parsed, type TicketWorld } from '../../support/ticketWorld.js';
import { anApp, type LiveApp } from '../../transport/anApp.js';

export interface FileWorld extends LiveApp, TicketWorld {
  readonly folder: string;
  /** A ticket that the customer reported. */
  ticket(draft?: Partial<z.input<typeof CreateTicketInput>>): Promise<{ id: string }>;
  announce(actor: Actor, ticket: { id: string }, bytes: Buffer, more?: object): Promise<CreatedAttachment>;
  /** Announced, sent and accepted. */
  attach(actor: Actor, ticket: { id: string }, bytes: Buffer, more?: object): Promise<AttachmentReply>;
  download(actor: Actor, attachmentId: string, headers?: object): Promise<Answer>;
  /** Paths below the folder of all files there, but for the note whose they are. */
  stored(): Promise<string[]>;
  /** As if this much later. */
  sweep(laterMs?: number): Promise<Swept>;
}

export const HOURS = 3_600_000;
export const newFolder = (): Promise<string> => mkdtemp(join(inject('runFolder'), 'attachments-'));

/** A listening server with a folder for files, and people around a project. */
export async function aFileWorld(
  dialect: Dialect,
  files: Partial<FileSettings> = {},
  place?: FilePlace,
): Promise<FileWorld> {
  const folder = await newFolder();
  const app = await anApp(dialect, { filePlace: place ?? { folder } }, { files });
  // Test databases are copies of one, and would be taken for the same.
  await app.db.all(adHoc('UPDATE installation SET epoch = $1'), [newId()]);
  const [lead, ann, bob, cyd] = [
    await anAgent(app),
    await anAgent(app, 'Ann Agent'),
    await anAgent(app),
    await anAgent(app),
  ];
  const [customer, otherCustomer] = [await aCustomer(app), await aCustomer(app)];
  const project = await aProject(app, { lead, members: [ann, bob, cyd], customers: [customer, otherCustomer] });
  const people = { lead, ann, bob, cyd, customer, otherCustomer };
  const world: TicketWorld & LiveApp = { ...app, project, foreign: await aProject(app), ...people };
  const announce: FileWorld['announce'] = (actor, { id: ticketId }, bytes, more = {}) => {
    const input = { ticketId, filename: 'file.bin', size: bytes.length, sha256: sha256Of(bytes), ...more };
    return createAttachment(app.deps, actor, parsed(CreateAttachmentInput, input));
  };
  return {
    ...world,
    folder,
    announce,
    ticket: (draft = {}) => aTicket(world, draft, customer),
    attach: async (actor, ticket, bytes, more) => {
      const { uploadUrl } = await announce(actor, ticket, bytes, more);
      const { status, body } = await put(app.http + uploadUrl, bytes);
      if (status !== 201) throw new Error(`the upload was answered with ${status}: ${body.toString()}`);
      return JSON.parse(body.toString()) as AttachmentReply;
    },
    download: async (actor, attachmentId, headers) => {
      const { downloadUrl } = await getAttachment(app.deps, actor, attachmentId);
      return ask(app.http + downloadUrl, { headers });
    },
    stored: () => filesIn(folder),
    sweep: (laterMs = 0) => {
      const clock = clockAt(new Date(Date.now() + laterMs));
      const { log: logger, files: settings } = app.deps;
      return sweepOnce({ db: app.db, clock, logger, store: settings.store });
    },
  };
}

export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== 'owner').map(({ name }) => name);
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const someBytes = (length: number): Buffer => randomBytes(length);

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
export const codeOf = ({ body }: Answer): string => JSON.parse(body.toString()).error.data.app.code;
export const refusedWith = (answer: Answer) => [answer.status, codeOf(answer)];

interface Asking {
  readonly method?: string;
  readonly headers?: object | undefined;
  readonly body?: readonly Buffer[];
}

/** By hand, since fetch sets and hides headers of its own. */
export function ask(url: string, { method = 'GET', headers = {}, body = [] }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    for (const part of body) sent.write(part);
    sent.end();
  });
}

export const put = (url: string, bytes: Buffer, headers: object = {}): Promise<Answer> =>
  ask(url, { method: 'PUT', headers: { 'content-length': bytes.length, ...headers }, body: [bytes] });
