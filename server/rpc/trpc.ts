import {
  getTRPCErrorFromUnknown,
  initTRPC,
  TRPCError,
  type TRPCProcedureType,
  type TRPC_ERROR_CODE_KEY,
} from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';
import type { AppErrorShape, ErrorCode } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
import { toAppError } from '../db/databaseErrors.js';
import { authenticate, authenticateTogether } from '../features/auth/authenticate.js';
import type { Deps } from '../features/deps.js';
import type { Actor } from '../kernel/actor.js';
import { AppError } from '../kernel/errors.js';
import { failed, inSpan, isTracing, SpanKind } from '../kernel/tracing.js';
import { jsonDepth } from '../kernel/jsonDepth.js';
import type { Context } from './context.js';
import { patiently } from './patience.js';

interface Meta {
  /** Open to people who must first choose a new password. */
  readonly beforePasswordChange?: boolean;
}

const trpcCodes = {
  BAD_INPUT: 'BAD_REQUEST',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  TOKEN_EXPIRED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  DUPLICATE: 'CONFLICT',
  CAPACITY_EXCEEDED: 'CONFLICT',
  STALE_PROPOSAL: 'CONFLICT',
  IDEMPOTENCY_KEY_REUSED: 'UNPROCESSABLE_CONTENT',
  PASSWORD_CHANGE_REQUIRED: 'FORBIDDEN',
  TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  CURSOR_EXPIRED: 'PRECONDITION_FAILED',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
} satisfies Record<ErrorCode, TRPC_ERROR_CODE_KEY>;

/** The status with which HTTP answers an error. */
export const statusOf = (code: ErrorCode): number =>
  getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodes[code] }));

/** What tRPC itself refuses, in our words. Anything not listed is a defect of ours, told as INTERNAL without details. */
const codesOfTrpc: Partial<Record<TRPC_ERROR_CODE_KEY, [ErrorCode, string]>> = {
  PARSE_ERROR: ['BAD_INPUT', 'The request is not valid JSON.'],
  BAD_REQUEST: ['BAD_INPUT', 'The request is malformed.'],
  NOT_FOUND: ['NOT_FOUND', 'No such procedure.'],
  METHOD_NOT_SUPPORTED: ['BAD_INPUT', 'This procedure wants another HTTP method.'],
  UNSUPPORTED_MEDIA_TYPE: ['BAD_INPUT', 'The request must be JSON.'],
  PAYLOAD_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The request is too large.'],
  CLIENT_CLOSED_REQUEST: ['UNAVAILABLE', 'The request was closed.'],
};

/** By these words alone tRPC tells this from other malformed requests. */
export const LONG_BATCH = 'Batch call exceeds maximum size';

const causeOf = ({ cause }: TRPCError): unknown => (cause === undefined ? undefined : toAppError(cause));

/** The error as the caller may see it. Never a stack, SQL, path or secret: unknown errors become INTERNAL. */
export function describeError(error: TRPCError): AppErrorShape {
  const cause = causeOf(error);
  if (cause instanceof AppError) return { code: cause.code, message: cause.message, details: cause.details };
  if (cause instanceof ZodError) {
    const issues = cause.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }));
    const [first] = issues;
    const where = first?.path ? `${first.path}: ` : '';
    return { code: 'BAD_INPUT', message: `${where}${first?.message ?? 'invalid input'}`, details: { issues } };
  }
  if (error.message === LONG_BATCH)
    return { code: 'BAD_INPUT', message: `A batch holds at most ${limits.batchCalls} calls.`, details: {} };
  const known =
    error.cause instanceof Error && error.code === 'INTERNAL_SERVER_ERROR' ? undefined : codesOfTrpc[error.code];
  const [code, message]: [ErrorCode, string] = known ?? ['INTERNAL', 'Something went wrong on the server.'];
  return { code, message, details: {} };
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
    errorFormatter: ({ shape, error }) => wireError(error, shape.data.path),
  });

/** The error as it goes over the wire. */
export interface WireError {
  message: string;
  code: number;
  data: { code: TRPC_ERROR_CODE_KEY; httpStatus: number; path: string | null; app: AppErrorShape };
}

export function wireError(error: TRPCError, path?: string): WireError {
  const app = describeError(error);
  // What is thrown while a subscription runs comes as INTERNAL_SERVER_ERROR, whatever it was.
  const code = error.code === 'INTERNAL_SERVER_ERROR' ? trpcCodes[app.code] : error.code;
  const httpStatus = getHTTPStatusCodeFromError(new TRPCError({ code }));
  return {
    message: app.message,
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: { code, httpStatus, path: path ?? null, app },
  };
}

export const router = t.router;
export const callerFactory = t.createCallerFactory;

interface Call {
  // As tRPC hands it on: what may be left out may be undefined.
  readonly ctx: Pick<Context, 'deps' | 'connection'> & {
    readonly observe: Context['observe'] | undefined;
    readonly traceparent: Context['traceparent'] | undefined;
  };
  readonly path: string;
  readonly type: TRPCProcedureType;
  readonly meta: Meta | undefined;
  readonly signal: AbortSignal | undefined;
  readonly getRawInput: () => Promise<unknown>;
}
type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: TRPCError };

/**
 * Gives thrown AppErrors their transport code, and refuses deep input before anything walks it. Each call is a span, while
 * spans are recorded. All of it is one middleware, together with the sign-in: for each, tRPC copies the call several times over.
 */
async function guarded<Of extends Outcome>(call: Call, work: () => Promise<Of>): Promise<Of> {
  const result = await (isTracing() ? recorded(call, work) : answered(call, work));
  if (result instanceof TRPCError) throw result;
  return result;
}

function recorded<Of extends Outcome>(call: Call, work: () => Promise<Of>): Promise<Of | TRPCError> {
  const { ctx, path, type } = call;
  const attributes = { 'rpc.system': 'trpc', 'rpc.method': path, 'rpc.trpc.type': type };
  return inSpan(path, { attributes, kind: SpanKind.SERVER, parent: ctx.traceparent }, async (span) => {
    const result = await answered(call, work);
    if (span && result instanceof TRPCError) failed(span, describeError(result).code);
    return result;
  });
}

/** Does not throw: an error is what comes back. */
async function answered<Of extends Outcome>(
  { ctx, getRawInput, path, type }: Call,
  work: () => Promise<Of>,
): Promise<Of | TRPCError> {
  const ended = ctx.observe?.({ path, type });
  let error: TRPCError;
  try {
    if (jsonDepth(await getRawInput()) > limits.jsonDepth)
      throw new AppError('BAD_INPUT', `The input is nested deeper than ${limits.jsonDepth} levels.`);
    const result = await work();
    if (result.ok) {
      ended?.('OK');
      return result;
    }
    ({ error } = result);
  } catch (thrown) {
    error = getTRPCErrorFromUnknown(thrown);
  }
  ended?.(describeError(error).code);
  const cause = causeOf(error);
  return cause instanceof AppError ? toTrpcError(cause) : error;
}

export const toTrpcError = (error: AppError): TRPCError =>
  new TRPCError({ code: trpcCodes[error.code], message: error.message, cause: error });

/** Who says nothing leaves out whatever can be left out: a list without input is its first page. */
const orNothing = (getRawInput: Call['getRawInput']) => async (): Promise<unknown> => {
  const said = await getRawInput();
  return said === undefined ? {} : said;
};

/** Open to everybody: signing in. */
export const publicProcedure = t.procedure.use((call) => guarded(call, () => call.next()));

/**
 * For people who signed in. The session is looked up anew on every call, so that a revoked one ends here at once.
 * Authorisation is not decided here but in commands and queries.
 */
export const actorProcedure = t.procedure.use((call) =>
  guarded(call, async () => {
    const { actor, deps } = await signedIn(call);
    const told = { ctx: { actor, deps }, getRawInput: orNothing(call.getRawInput) };
    return call.next<typeof told.ctx>(told);
  }),
);

async function signedIn({ ctx: { deps, connection }, type, meta, signal }: Call): Promise<{
  readonly actor: Actor;
  readonly deps: Deps;
}> {
  // Begins first, so that it costs no time of its own: whoever was taken out of a project before now reads nothing of it.
  const reading = type === 'query' && deps.db.replicas ? { ...deps, db: deps.db.forReading() } : deps;
  const identity = await (type === 'subscription'
    ? patiently(connection, signal, () => authenticateTogether(deps, connection.token))
    : authenticate(deps, connection.token));
  const { actor, expiresAt, mustChangePassword } = identity;
  connection.signedIn({ userId: actor.userId, sessionId: actor.sessionId, expiresAt });
  if (mustChangePassword && !meta?.beforePasswordChange)
    throw new AppError('PASSWORD_CHANGE_REQUIRED', 'Choose a new password first (auth.changePassword).');
  if (type === 'mutation' && !actor.mayWrite) throw new AppError('FORBIDDEN', 'This API key may only read.');
  return { actor, deps: reading };
}
