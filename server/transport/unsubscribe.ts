import type { IncomingMessage, ServerResponse } from 'node:http';
import { toAppError } from '../db/databaseErrors.js';
import { actorOf } from '../features/attachments/fileTokens.js';
import type { Deps } from '../features/deps.js';
import { readUnsubscribe } from '../features/mails/unsubscribeTokens.js';
import { unsubscribe } from '../features/notifications/commands/unsubscribe.js';
import type { Actor } from '../kernel/actor.js';
import { AppError, notFound } from '../kernel/errors.js';
import { toTrpcError, wireError } from '../rpc/trpc.js';
import type { RequestHandler } from './board.js';
import { addressOf, type CallerRules } from './caller.js';
import { inTurn } from './gate.js';
import type { Pacing } from './pacing.js';

interface UnsubscribeParts {
  readonly deps: Deps;
  readonly rules: CallerRules;
  readonly pacing: Pacing;
}

export const UNSUBSCRIBE_PATH = '/unsubscribe';

/**
 * Where links in mails lead. POST stops the e-mails: the mail program's own button (RFC 8058) or that of the page. GET shows the
 * page and changes nothing, for scanners follow every link. Neither wants a sign-in; the token is all, so it does not matter
 * which page the POST comes from, and browsers that keep the referrer to themselves name none.
 */
export function unsubscribeHandler({ deps, rules, pacing }: UnsubscribeParts): RequestHandler {
  return (request, response) => {
    const sender = { ip: addressOf(request, rules), token: null };
    const work = (): void =>
      void answer(deps, request, response).catch((error: unknown) => {
        const refusal = refusalOf(error, deps);
        pacing.refused(sender, refusal.code);
        refuse(response, refusal);
      });
    // What is in the body says nothing that the token does not.
    request.resume();
    inTurn(pacing.arrive(sender, 1), { response, door: { refuse }, work });
  };
}

function refusalOf(error: unknown, { log }: Deps): AppError {
  const known = toAppError(error);
  if (known instanceof AppError) return known;
  log.error({ err: error }, 'e-mails could not be stopped');
  return new AppError('INTERNAL', 'Something went wrong on the server.');
}

const refuse = (response: ServerResponse, error: AppError): void =>
  sendPage(response, wireError(toTrpcError(error)).data.httpStatus, error.message);

async function answer(deps: Deps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      await bearerOf(deps, request);
      return sendPage(response, 200, 'Stop the e-mails of Baton to you?', BUTTON);
    case 'POST':
      await unsubscribe(deps, await bearerOf(deps, request));
      return sendPage(response, 200, 'You will get no more e-mails. What you are told is still shown on the board.');
    default:
      response.setHeader('allow', 'GET, HEAD, POST');
      return sendPage(response, 405, 'Method not allowed');
  }
}

/** @throws NOT_FOUND it was not given out here, or for somebody who is not here any more. */
async function bearerOf(deps: Deps, request: IncomingMessage): Promise<Actor> {
  const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('token') ?? '';
  const userId = await readUnsubscribe(deps, token);
  const actor = userId === null ? null : await actorOf(deps, { userId, sessionId: null });
  if (!actor) throw notFound('subscription');
  return actor;
}

const BUTTON = '<form method="post"><button>Stop the e-mails</button></form>';

function sendPage(response: ServerResponse, status: number, text: string, more = ''): void {
  // A body that has no end is not waited for.
  response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>Baton</title><h1>Baton</h1><p>${text}</p>${more}</html>
`);
}
