import type { Actor } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

/** Stands where a session's id stands for people: a revoked key ends streams in the same way. */
export const sessionIdOfKey = (apiKeyId: string): string => `key:${apiKeyId}`;

/** An API key must not make itself a successor, nor lock its owner out: credentials are managed by people. */
export const canManageCredentials = (actor: Actor): Decision =>
  allowIf(
    actor.sessionId === null || !actor.sessionId.startsWith('key:'),
    'API keys cannot manage sessions, keys or passwords. Sign in for that.',
  );
