import type { AppRouter } from '../../server/rpc/appRouter.js';

type All = AppRouter['_def']['record'];
type OfTheSession = 'login' | 'refresh' | 'renew' | 'logout' | 'logoutAll';

/**
 * The server's procedures by noun and verb, each with the types of its input and output. Without those that a client does
 * not call like the rest: streams, and what hands out and takes back its tokens.
 */
export type Procedures = Omit<All, 'auth' | 'live'> & { readonly auth: Omit<All['auth'], OfTheSession> };
