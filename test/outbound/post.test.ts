import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublic, nothingAllowed, parseAllowed } from '../../server/outbound/addresses.js';
import { poster, type PostRules } from '../../server/outbound/post.js';
import { demandUrl, Denied } from '../../server/outbound/target.js';
import { selfSigned } from './selfSigned.js';

const opened: Server[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that counts who connects to it. */
async function listening(
  answer: RequestListener = (_, response) => void response.end('ok'),
  host = '127.0.0.1',
  port = 0,
) {
  const server = createServer(answer);
  let connections = 0;
  server.on('connection', () => connections++);
  server.listen(port, host);
  await once(server, 'listening');
  opened.push(server);
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

const times = { connectMs: 500, totalMs: 800, bodyMs: 300, bodyBytes: 1_000 };
const strict: PostRules = { ...times, allowed: nothingAllowed, plainHttp: true, ownPort: () => 0 };
const loopback: PostRules = { ...strict, plainHttp: false, allowed: parseAllowed('127.0.0.1')! };
const post = (rules: PostRules, url: string) => poster(rules)(url, '{}', { 'content-type': 'application/json' });

describe('what may not be reached', () => {
  /** Ways to write what leads to a listener on the loopback, or near it. */
  const forms = [
    '127.0.0.1 localhost localhost. 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1',
    '017700000001 0 0.0.0.0 127.0.0.1. [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1] [64:ff9b::127.0.0.1] ①②⑦.⓪.⓪.① 127。0。0。1',
    '%31%32%37.0.0.1 LOCALHOST 127.0.0.2 127.255.255.254 user@127.0.0.1 user:word@localhost',
    'example.com@127.0.0.1 127.0.0.1#@example.com [::ffff:0:127.0.0.1] [2002:7f00:1::] [fe80::1]',
    '[fc00::1] [fec0::1] [ff02::1] 10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 [fd00:ec2::254]',
    '100.64.0.1 100.100.100.200 192.0.0.192 168.63.129.16 198.18.0.1 224.0.0.1 255.255.255.255',
    '240.0.0.1 [64:ff9b:1::7f00:1]',
  ].flatMap((line) => line.split(' '));

  it('is refused by name before anybody is asked, where the name is the machine itself', () => {
    const allows = (url: string, allowed: PostRules['allowed']) => {
      try {
        return demandUrl(url, { ...strict, allowed }).href === url;
      } catch (error) {
        expect(error).toBeInstanceOf(Denied);
        return false;
      }
    };
    const urls = ['https://localhost/', 'https://localhost.:8443/x', 'https://a.b.localhost/'];

    expect(urls.filter((url) => allows(url, nothingAllowed))).toEqual([]);
    expect(urls.filter((url) => allows(url, parseAllowed('127.0.0.0/8')!))).toEqual(urls);
    expect(urls.filter((url) => allows(url, parseAllowed('::1')!))).toEqual(urls);
    expect(urls.filter((url) => allows(url, parseAllowed('localhost')!))).toEqual(urls.slice(0, 2));
    expect(allows('https://notlocalhost/', nothingAllowed)).toBe(true);
  });

  it('is not connected to, however it is written', async () => {
    const { port, connections } = await listening();
    const results = await Promise.all(
      forms.map(
        async (form) => [form, await post(strict, `http://${form.replace('#', `:${port}#`)}:${port}/`)] as const,
      ),
    );

    // Not every resolver knows the name with the dot of the root: then there is nowhere to go.
    const undenied = results.filter(([, posted]) => !('isDenied' in posted && posted.isDenied)).map(([form]) => form);
    expect(undenied.filter((form) => form !== 'localhost.')).toEqual([]);
    expect(results.filter(([, posted]) => 'answer' in posted)).toEqual([]);
    expect(connections()).toBe(0);
    for (const url of ['ftp://example.com/', 'file:///etc/passwd', 'http:', '//example.com', 'javascript:1', ''])
      expect(await post(strict, url)).toMatchObject({ isDenied: true });
  });

  it('is not connected to when one of the addresses of a name leads there', async () => {
    const { port, connections } = await listening();
    const leads = (...addresses: string[]) => ({
      ...strict,
      resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    });

    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::ffff:127.0.0.1'], ['fd00::1'], []])
      expect(await post(leads(...addresses), `http://rebind.example.com:${port}/`)).toMatchObject({ isDenied: true });
    expect(connections()).toBe(0);
  });

  it('is not reached by a name that leads elsewhere a moment later: it is looked up once', async () => {
    const there = await listening(undefined, '127.0.0.2');
    const here = await listening(undefined, '127.0.0.1', there.port);
    let asked = 0;
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
    const rules = { ...strict, allowed: parseAllowed('127.0.0.2')!, resolve };

    expect(await post(rules, `http://rebind.example.com:${there.port}/`)).toMatchObject({ answer: { status: 200 } });
    expect([asked, there.connections(), here.connections()]).toEqual([1, 1, 0]);
  });

  it('is plain http, unless the host is allowed by name, and this server itself always', async () => {
    const { port, connections } = await listening();
    const own = { ...loopback, ownPort: () => port };

    expect(await post({ ...strict, plainHttp: false }, 'http://example.com/')).toMatchObject({ isDenied: true });
    expect(await post(own, `http://127.0.0.1:${port}/`)).toMatchObject({ isDenied: true });
    expect(connections()).toBe(0);
    expect(await post({ ...strict, allowed: parseAllowed('LocalHost.')! }, `http://localhost:${port}/`)).toHaveProperty(
      'answer',
    );
  });

  it('is told from what is public by its address alone', () => {
    for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])
      expect(isPublic(address), address).toBe(true);
    for (const address of ['example.com', '', '1.2.3', '0x7f.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '2001::1'])
      expect(isPublic(address), address).toBe(false);
    for (const list of ['10.0.0.0/33', '300.0.0.0/8', 'a b', 'http://x', '*.example.com', '10.0.0.0/-1'])
      expect(parseAllowed(list), list).toBeUndefined();
  });
});

describe('who answers badly', () => {
  it('does not lead elsewhere by a redirect', async () => {
    const other = await listening();
    const location = `http://127.0.0.1:${other.port}/`;
    for (const status of [301, 302, 303, 307, 308]) {
      const { port } = await listening((_, response) => void response.writeHead(status, { location }).end());
      expect(await post(loopback, `http://127.0.0.1:${port}/`)).toMatchObject({ answer: { status } });
    }
    expect(other.connections()).toBe(0);
  });

  it('is waited for no longer than the bounds, and read no further', async () => {
    const silent = await listening(() => undefined);
    const dripping = await listening((_, response) => {
      const timer = setInterval(() => response.socket?.write('HTTP/1.1 2'.slice(0, 1)), 50);
      response.once('close', () => clearInterval(timer));
    });
    let sent = 0;
    const endless = await listening((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(1_000))) sent += 1_000;
      };
      response.on('drain', write);
      write();
    });
    const slowBody = await listening((_, response) => void response.writeHead(200).write('slow'));
    const headers = await listening((_, response) => void response.writeHead(200, { long: 'x'.repeat(60_000) }).end());
    const at = async ({ port }: { port: number }) => {
      const begun = performance.now();
      const posted = await post(loopback, `http://127.0.0.1:${port}/`);
      return { posted, tookMs: performance.now() - begun };
    };

    const results = await Promise.all([silent, dripping, endless, slowBody, headers].map(at));
    expect(results.map(({ posted }) => ('answer' in posted ? posted.answer.status : posted.problem))).toEqual([
      'had not answered after 800 ms',
      expect.stringMatching(/had not answered|HPE_/),
      200,
      200,
      'HPE_HEADER_OVERFLOW',
    ]);
    for (const { tookMs } of results) expect(tookMs).toBeLessThan(5_000);
    expect(results[2]?.posted).toMatchObject({ answer: { body: 'x'.repeat(1_000) } });
    expect(results[3]?.posted).toMatchObject({ answer: { body: 'slow' } });
    // Nobody reads on: the kernel has taken some of it, and the rest is never sent.
    const before = sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sent).toBe(before);
  });

  it('is taken at its word: what it encoded stays encoded, and no NUL comes of it', async () => {
    const seen: unknown[] = [];
    const { port } = await listening((request, response) => {
      seen.push(request.headers['accept-encoding'], request.headers.host);
      response.writeHead(200, { 'content-encoding': 'gzip', 'set-cookie': 'a=b', x: 'y' }).end('\u0000not gzip');
    });
    const posted = await post(loopback, `http://127.0.0.1:${port}/`);

    expect(seen).toEqual(['identity', `127.0.0.1:${port}`]);
    expect(posted).toMatchObject({ answer: { body: '\uFFFDnot gzip', headers: { x: 'y' } } });
    expect(posted).not.toHaveProperty('answer.headers.set-cookie');
  });

  it('must show a certificate of its name', async () => {
    const names: (string | undefined)[] = [];
    let requests = 0;
    const server = createTlsServer(selfSigned, (_, response) => void (requests++, response.end()));
    server.on('tlsClientError', () => undefined);
    server.on('secureConnection', (socket) => names.push(socket.servername as string));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(server);
    const { port } = server.address() as AddressInfo;
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];

    const posted = await post({ ...loopback, resolve }, `https://hooks.example.com:${port}/`);
    expect(posted).toMatchObject({ problem: 'DEPTH_ZERO_SELF_SIGNED_CERT', isDenied: false });
    expect(requests).toBe(0);
    expect(names.every((name) => name === 'hooks.example.com')).toBe(true);
  });
});
