import type { Api } from './api.js';
import type { CallOptions } from './call.js';
import { reasonOf } from './backoff.js';
import { isBatonError, isTokenProblem } from './errors.js';
import { kinds } from './kinds.js';
import { idFields } from './lists/creations.js';
import { newId, newKey } from './randoms.js';
import type { Session } from './session.js';
import type { Kind, Transport } from './transport.js';

export type CallByPath = (path: string, kind: Kind, input: unknown, options?: CallOptions) => Promise<unknown>;

/**
 * A call as a person: retried while the server cannot be reached, and once with a renewed token. A mutation keeps its
 * idempotency key through all of that, so that it is done once.
 */
export function createCall(transport: Transport, session: Session): CallByPath {
  return (path, kind, input, { signal } = {}) => {
    let renewed = false;
    return transport.insist(async () => {
      for (;;) {
        if (signal?.aborted) throw reasonOf(signal);
        const token = await session.token();
        try {
          return await transport.send({ path, kind, input, token }, signal);
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
      const verb = (input: unknown, options?: CallOptions) =>
        call(path, kind as Kind, kind === 'mutation' ? withKey(path, input) : input, options);
      return [name, typeof kind === 'string' ? verb : branch(kind, `${path}.`, call)];
    }),
  );
}

/** A mutation's input with its key; what makes a ticket also gets the id to know it by, unless it is a repeat of one without. */
function withKey(path: string, input: unknown): object {
  const given = typeof input === 'object' && input !== null ? input : {};
  return 'idempotencyKey' in given && given.idempotencyKey !== undefined
    ? given
    : { ...named(path, { ...given }), idempotencyKey: newKey() };
}

function named(path: string, input: Readonly<Record<string, unknown>>): object {
  const field = Object.hasOwn(idFields, path) ? idFields[path] : undefined;
  return field === undefined || input[field] !== undefined ? input : { ...input, [field]: newId() };
}
