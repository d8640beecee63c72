import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import { limits } from '../../contract/limits.js';
import { presentAttachment, seeAttachment, type AttachmentRow } from '../features/attachments/attachments.queries.js';
import { FileRefusal } from '../features/attachments/fileRefusal.js';
import { actorOf, readFileToken, type FileGrant } from '../features/attachments/fileTokens.js';
import { expectFile, receiveFile } from '../features/attachments/receiveFile.js';
import type { Deps } from '../features/deps.js';
import type { Actor } from '../kernel/actor.js';
import { AppError, notFound } from '../kernel/errors.js';
import { toAppError } from '../db/databaseErrors.js';
import { toTrpcError, wireError } from '../rpc/trpc.js';
import { FileMissing } from '../storage/fileStore.js';
import type { RequestHandler } from './board.js';
import { rangeOf } from './byteRange.js';
import { addressOf, isAllowedOrigin, originOf, pathOf, type CallerRules } from './caller.js';
import { inTurn } from './gate.js';
import { sendJson, sendLastJson } from './json.js';
import type { Pacing } from './pacing.js';

export interface FileParts {
  readonly deps: Deps;
  readonly rules: CallerRules;
  readonly pacing: Pacing;
}

const PATH = /^\/attachments\/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;
export const isFilePath = (path: string): boolean => path.startsWith('/attachments/');

interface Exchange extends FileParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The bytes of attachments, by addresses that were given out for one thing, one person and some minutes. */
export function fileHandler(parts: FileParts): RequestHandler {
  const senderOf = (request: IncomingMessage) => ({ ip: addressOf(request, parts.rules), token: null });
  return (request, response) => {
    const work = (): void =>
      void answer({ ...parts, request, response }).catch((error: unknown) => {
        const refusal = refusalOf(error, parts.deps);
        parts.pacing.refused(senderOf(request), refusal.code);
        refuse(response, refusal);
      });
    inTurn(parts.pacing.arrive(senderOf(request), 1), { response, door: { refuse }, work });
  };
}

function refusalOf(error: unknown, { log }: Deps): AppError {
  const known = toAppError(error);
  if (known instanceof AppError) return known;
  log.error({ err: error }, 'a file could not be answered');
  if (error instanceof FileMissing) return notFound('attachment');
  return new AppError('INTERNAL', 'Something went wrong on the server.');
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, rules } = exchange;
  if (!isAllowedOrigin(request, rules)) throw new AppError('FORBIDDEN', 'This origin is not allowed.');
  allowOrigin(request, response);
  switch (request.method) {
    case 'OPTIONS':
      return void response.writeHead(204).end();
    case 'PUT':
      return take(exchange);
    case 'GET':
    case 'HEAD':
      return give(exchange);
    default:
      response.setHeader('allow', 'GET, HEAD, PUT, OPTIONS');
      throw new FileRefusal(405, 'BAD_INPUT', 'An attachment is sent by PUT and fetched by GET.');
  }
}

function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'Origin');
  const origin = originOf(request);
  if (origin === null) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'content-disposition, content-range, x-request-id');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'GET, HEAD, PUT');
  response.setHeader('access-control-allow-headers', 'content-type, range, if-range');
  response.setHeader('access-control-max-age', '600');
}

/** Who shows the address, as they stand at this moment. @throws FORBIDDEN, NOT_FOUND */
async function bearerOf({ request, deps }: Exchange, action: FileGrant['action']): Promise<[Actor, string]> {
  const [, attachmentId] = PATH.exec(pathOf(request)) ?? [];
  if (attachmentId === undefined) throw notFound('attachment');
  const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('token') ?? '';
  const bearer = await readFileToken(deps, token, { attachmentId, action });
  const actor = await actorOf(deps, bearer);
  if (!actor) throw notFound('attachment');
  return [actor, attachmentId];
}

async function take(exchange: Exchange): Promise<void> {
  const { request, response, deps } = exchange;
  const length = lengthOf(request);
  const [actor, attachmentId] = await bearerOf(exchange, 'put');
  const attachment = await expectFile(deps, actor, attachmentId);
  const { size } = attachment;
  if (length !== size)
    throw new FileRefusal(400, 'BAD_INPUT', `This attachment was announced with ${size} bytes.`, { size });
  const reply = await receiveFile(deps, actor, attachment, request);
  sendJson(response, 201, reply);
}

/** What is refused before a byte of the body is read. */
function lengthOf({ headers }: IncomingMessage): number {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new FileRefusal(415, 'BAD_INPUT', 'Send the file as it is, without Content-Encoding.');
  const length = headers['content-length'];
  if (length === undefined) throw new FileRefusal(411, 'BAD_INPUT', 'Send the Content-Length.');
  if (Number(length) > limits.attachmentBytes)
    throw new AppError('PAYLOAD_TOO_LARGE', `An attachment holds at most ${limits.attachmentBytes} bytes.`);
  return Number(length);
}

async function give(exchange: Exchange): Promise<void> {
  const { request, response, deps } = exchange;
  const [actor, attachmentId] = await bearerOf(exchange, 'get');
  const attachment = await seeAttachment(deps.db.all, actor, attachmentId);
  if (attachment.fileKey === null) throw notFound('attachment');
  const { size } = attachment;
  const entityTag = `"${attachment.sha256}"`;
  const range = rangeOf(request.headers, entityTag, size);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${size}`);
    throw new FileRefusal(416, 'BAD_INPUT', `This attachment has ${size} bytes.`, { size });
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const isHead = request.method === 'HEAD';
  const bytes = isHead ? null : await deps.files.store.read(attachment.fileKey, first, last);
  if (range) response.setHeader('content-range', `bytes ${first}-${last}/${size}`);
  response.writeHead(range ? 206 : 200, {
    ...headersOf(attachment),
    etag: entityTag,
    'content-length': last - first + 1,
  });
  if (!bytes) return void response.end();
  // A reader who goes away ends both; a storage that fails has cut the answer, which has begun.
  await pipeline(bytes, response).catch((error: unknown) => deps.log.debug({ err: error }, 'a download broke off'));
}

/** Nothing of it is ever shown as a page of this server, whatever it is. */
const headersOf = (row: AttachmentRow) => ({
  'content-type': presentAttachment(row).contentType ?? 'application/octet-stream',
  'content-disposition': contentDisposition(row.filename),
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-site',
  'cache-control': 'private, no-store',
  'accept-ranges': 'bytes',
});

function refuse(response: ServerResponse, error: AppError): void {
  if (response.headersSent) return void response.destroy();
  const wire = wireError(toTrpcError(error));
  const httpStatus = error instanceof FileRefusal ? error.httpStatus : wire.data.httpStatus;
  // The body that was sent along may be unread, so nothing else can come on this connection.
  sendLastJson(response, httpStatus, { error: { ...wire, data: { ...wire.data, httpStatus } } });
}
