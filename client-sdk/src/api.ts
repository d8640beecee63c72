import type { CallsOf } from './call.js';
import type { Procedures } from './procedures.js';

/**
 * One member per noun, one function per verb: `client.tickets.list({ … })`. Signing in and out is `client.login` and
 * `client.logout`, since the client keeps the tokens.
 */
export type Api = CallsOf<Procedures>;
