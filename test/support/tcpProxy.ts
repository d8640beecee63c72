import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The same service by another port, reached over a network that can be bad. */
export interface TcpProxy {
  readonly url: string;
  /** How many connections were cut so far. */
  readonly cutCount: () => number;
  /** Ends every connection without a goodbye. */
  readonly cut: () => void;
  /** Connections stay open and new ones are taken, but nothing gets through any more. */
  readonly silence: () => void;
  /** Lets everything through again, also what was held back. */
  readonly speak: () => void;
  readonly close: () => Promise<void>;
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let cutCount = 0;
  let isSilent = false;
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined);
      from.on('data', (chunk) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      if (isSilent) from.pause();
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(target);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href.replace(/\/$/, ''),
    cutCount: () => cutCount,
    cut: () => {
      cutCount += open.size / 2;
      for (const socket of open) socket.resetAndDestroy();
    },
    silence: () => {
      isSilent = true;
      for (const socket of open) socket.pause();
    },
    speak: () => {
      isSilent = false;
      for (const socket of open) socket.resume();
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
