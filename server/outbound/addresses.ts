import ipaddr from 'ipaddr.js';

/** What may be connected to besides what is public. */
export interface Allowed {
  /** Names, exactly: wherever they lead to. */
  readonly hosts: ReadonlySet<string>;
  /** Networks, as `10.0.0.0/8`. */
  readonly networks: readonly Network[];
}
type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Public by their number, and answered by the machine's own cloud. */
const ofClouds: ReadonlySet<string> = new Set(['168.63.129.16']);

/** Of forms that hold an IPv4 address in an IPv6 one, the IPv4 address. Undefined: it is none. */
function parsed(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // The forms that a resolver gives; short and octal ones are nobody's address.
  return ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)
    ? ipaddr.process(address)
    : undefined;
}

/** All that was given out of IPv6. Beyond it are forms that hold an IPv4 address and are not told from others: `::7f00:1`. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const isGivenOut = (ip: ipaddr.IPv4 | ipaddr.IPv6): boolean => ip instanceof ipaddr.IPv4 || ip.match(globalUnicast);

/** Whether it is an address of the public internet: neither private, loopback, link-local, shared, multicast nor reserved, in whatever form. */
export function isPublic(address: string): boolean {
  const ip = parsed(address);
  return ip?.range() === 'unicast' && isGivenOut(ip) && !ofClouds.has(ip.toString());
}

/** Whether it leads to the machine itself. */
export const isLoopback = (address: string): boolean =>
  ['loopback', 'unspecified'].includes(parsed(address)?.range() ?? '');

export function isIn(address: string, networks: readonly Network[]): boolean {
  const ip = parsed(address);
  return ip !== undefined && networks.some((network) => network[0].kind() === ip.kind() && ip.match([...network]));
}

/** A name in the form in which names are compared: without case and without the dot of the root. */
export const hostKey = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** `hooks.internal`, `10.1.2.3`, `fd00::/8`, comma-separated. Undefined: one of them is none of these. */
export function parseAllowed(text: string): Allowed | undefined {
  const hosts = new Set<string>();
  const networks: Network[] = [];
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const isNetwork = part.includes('/') || parsed(part) !== undefined;
    if (isNetwork) {
      const network = networkOf(part);
      if (!network) return undefined;
      networks.push(network);
    } else if (/^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?\.?$/i.test(part)) hosts.add(hostKey(part));
    else return undefined;
  }
  return { hosts, networks };
}

function networkOf(text: string): Network | undefined {
  const [address = '', bits] = text.split('/');
  const ip = parsed(address);
  const most = ip?.kind() === 'ipv4' ? 32 : 128;
  if (!ip || (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most))) return undefined;
  return [ip, bits === undefined ? most : Number(bits)];
}

export const nothingAllowed: Allowed = { hosts: new Set(), networks: [] };
