import type { Api } from './api.js';
import type { CallOptions } from './call.js';
import { reasonOf } from './backoff.js';
import { isBatonError, isTokenProblem } from './errors.js';
import { kinds } from './kinds.js';
import type { Session } from './session.js';
import type { Kind, Transport } from './transport.js';

export type CallByPath = (path: string, kind: Kind, input: unknown, options?: CallOptions) => Promise<unknown>;

/**
 * A call as a person: retried while the server cannot be reached, and once with a renewed token. A mutation keeps its
 * idempotency key through all of that, so that it is done once.
 */
export function createCall(transport: Transport, session: Session): CallByPath {
  return (path, kind, input, { signal } = {}) => {
    const body = kind === 'mutation' ? withKey(input) : input;
    let renewed = false;
    return transport.insist(async () => {
      for (;;) {
        if (signal?.aborted) throw reasonOf(signal);
        const token = await session.token();
        try {
          return await transport.send({ path, kind, input: body, token }, signal);
        } catch (error) {
          if (!isBatonError(error) || !isTokenProblem(error) || renewed || token === null) throw error;
          if (!(await session.renewAfter(token))) throw error;
          renewed = true;
        }
      }
    }, signal);
  };
}

/** Every noun and verb of the table as functions. */
export function createApi(call: CallByPath): Api {
  return branch(kinds, '', call) as unknown as Api;
}

interface Tree {
  readonly [name: string]: Kind | Tree;
}

function branch(tree: Tree, prefix: string, call: CallByPath): object {
  return Object.fromEntries(
    Object.entries(tree).map(([name, kind]) => {
      const path = `${prefix}${name}`;
      const verb = (input: unknown, options?: CallOptions) => call(path, kind as Kind, input, options);
      return [name, typeof kind === 'string' ? verb : branch(kind, `${path}.`, call)];
    }),
  );
}

function withKey(input: unknown): object {
  const given = typeof input === 'object' && input !== null ? input : {};
  return 'idempotencyKey' in given && given.idempotencyKey !== undefined
    ? given
    : { ...given, idempotencyKey: newKey() };
}

/** `randomUUID` is missing in pages that came over plain HTTP. */
function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
