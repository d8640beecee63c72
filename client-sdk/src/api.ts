import type { CallsOf } from './call.js';
import type { Procedures } from './procedures.js';

type Session = 'login' | 'refresh' | 'renew' | 'logout' | 'logoutAll';
type Everything = Omit<CallsOf<Procedures>, 'live'>;

/**
 * One member per noun, one function per verb: `client.tickets.list({ … })`. Signing in and out is `client.login` and
 * `client.logout`, since the client keeps the tokens.
 */
export type Api = Omit<Everything, 'auth'> & { readonly auth: Omit<Everything['auth'], Session> };
