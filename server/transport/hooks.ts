import type { IncomingMessage, ServerResponse } from 'node:http';
import { toAppError } from '../db/databaseErrors.js';
import type { Deps } from '../features/deps.js';
import { receiveGithub } from '../incoming/receiveGithub.js';
import { AppError } from '../kernel/errors.js';
import { toTrpcError, wireError } from '../rpc/trpc.js';
import type { RequestHandler } from './board.js';
import { addressOf, pathOf, type CallerRules } from './caller.js';
import { bodyBytes } from './bodyBytes.js';
import { inTurn } from './gate.js';
import { sendJson, sendLastJson } from './json.js';
import type { Pacing } from './pacing.js';

interface HookParts {
  readonly deps: Deps;
  readonly rules: CallerRules;
  readonly pacing: Pacing;
}

const PATH = /^\/hooks\/github\/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;
export const isHookPath = (path: string): boolean => path.startsWith('/hooks/');

/** What cannot be answered by a code of ours alone. */
class HookRefusal extends AppError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super('BAD_INPUT', message);
  }
}

/** Where other systems tell what happens there. They show no token: what they send is signed. */
export function hookHandler({ deps, rules, pacing }: HookParts): RequestHandler {
  return (request, response) => {
    const sender = { ip: addressOf(request, rules), token: null };
    const refuse = (_: ServerResponse, error: AppError): void => sendRefusal(response, error);
    const work = (): void =>
      void answer(deps, request, response).catch((error: unknown) => {
        const refusal = refusalOf(error, deps);
        pacing.refused(sender, refusal.code);
        sendRefusal(response, refusal);
      });
    inTurn(pacing.arrive(sender, 1), { response, door: { refuse }, work });
  };
}

function refusalOf(error: unknown, { log }: Deps): AppError {
  const known = toAppError(error);
  if (known instanceof AppError) return known;
  log.error({ err: error }, 'an incoming webhook failed');
  return new AppError('INTERNAL', 'Something went wrong on the server.');
}

function sendRefusal(response: ServerResponse, error: AppError): void {
  const status = error instanceof HookRefusal ? error.status : wireError(toTrpcError(error)).data.httpStatus;
  const body = { code: error.code, message: error.message };
  // What is left of a body that is not wanted is not waited for.
  sendLastJson(response, status, body);
}

async function answer(deps: Deps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, incomingId] = PATH.exec(pathOf(request)) ?? [];
  if (incomingId === undefined) throw new AppError('NOT_FOUND', 'There is nothing here.');
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    throw new HookRefusal(405, 'A webhook is sent by POST.');
  }
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new HookRefusal(415, 'Send the body as it is, without Content-Encoding.');
  const body = await bodyBytes(request, () => new AppError('UNAVAILABLE', 'The sender has gone.'));
  const header = (name: string): string => String(headers[name] ?? '');
  const [event, deliveryKey] = [header('x-github-event'), header('x-github-delivery')];
  if (!/^[a-z_]{1,60}$/.test(event) || !/^[\w.-]{1,100}$/.test(deliveryKey))
    throw new AppError('BAD_INPUT', 'X-GitHub-Event and X-GitHub-Delivery are wanted.');
  const signature = header('x-hub-signature-256');
  const { outcome, reason, ticketId } = await receiveGithub(deps, { incomingId, event, deliveryKey, signature, body });
  sendJson(response, isDone.has(outcome) ? 200 : 202, { outcome, reason, ticketId });
}

const isDone: ReadonlySet<string> = new Set(['CREATED', 'UPDATED', 'UNCHANGED', 'PONG']);
