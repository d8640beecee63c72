import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { hostKey, isIn, isLoopback, isPublic, type Allowed } from './addresses.js';

export interface TargetRules {
  readonly allowed: Allowed;
  /** Whether `http:` leads anywhere but to what is allowed by name. */
  readonly plainHttp: boolean;
  /** The port that this server listens on; 0: none. */
  readonly ownPort: () => number;
}

/** Where one request goes: to this address and no other one, whatever the name leads to a moment later. */
export interface Target {
  readonly url: URL;
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** This address is not asked, and why. */
export class Denied extends Error {
  override readonly name = 'Denied';
}

export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
export const resolveHost: Resolve = (host) => lookup(host, { all: true });

/** The host as a resolver or a socket takes it: an IPv6 address without its brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** What can be said of an address before anybody is asked where its name leads. @throws Denied */
export function demandUrl(text: string, rules: TargetRules): URL {
  if (!URL.canParse(text)) throw new Denied('is no address');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Denied('is neither https: nor http:');
  if (url.username !== '' || url.password !== '') throw new Denied('names a user');
  if (url.hash !== '') throw new Denied('has a fragment, which is never sent');
  if (portOf(url) === 0) throw new Denied('names no port');
  const host = hostOf(url);
  if (url.protocol === 'http:' && !rules.plainHttp && !isNamed(host, rules))
    throw new Denied('is http:, which everybody on the way can read; use https:');
  // Numbers in whatever form have become addresses by now.
  if (isIP(host) !== 0) demandAddress(url, host, rules);
  else if (
    isLocal(host) &&
    !isNamed(host, rules) &&
    !loopbacks.some((address) => isIn(address, rules.allowed.networks))
  )
    throw new Denied('leads to an address that is not public');
  return url;
}

const loopbacks = ['127.0.0.1', '::1'] as const;
/** Names that lead to the machine itself, whoever is asked. @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const isLocal = (host: string): boolean => /(^|\.)localhost$/.test(hostKey(host));

const isNamed = (host: string, { allowed }: TargetRules): boolean =>
  allowed.hosts.has(hostKey(host)) || isIn(host, allowed.networks);

function demandAddress(url: URL, address: string, rules: TargetRules): void {
  const isAllowed = isPublic(address) || isNamed(hostOf(url), rules) || isIn(address, rules.allowed.networks);
  if (!isAllowed) throw new Denied('leads to an address that is not public');
  if (portOf(url) === rules.ownPort() && isOwn(address)) throw new Denied('leads to this server itself');
}

const isOwn = (address: string): boolean =>
  isLoopback(address) || Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));

/**
 * Asks once where the name leads, and settles on one address. A name that leads to one address which is not public is refused as a whole.
 * @throws Denied; or the resolver's own error.
 */
export async function resolveTarget(text: string, rules: TargetRules, resolve: Resolve = resolveHost): Promise<Target> {
  const url = demandUrl(text, rules);
  const host = hostOf(url);
  const found = isIP(host) === 0 ? await resolve(host) : [{ address: host, family: isIP(host) }];
  for (const { address } of found) demandAddress(url, address, rules);
  const [first] = found;
  if (!first) throw new Denied('leads nowhere');
  return { url, address: first.address, family: first.family === 6 ? 6 : 4, port: portOf(url) };
}
