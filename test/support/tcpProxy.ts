import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** What a bad network does to every connection, each way. */
export interface Toxics {
  /** Each piece arrives so much later. */
  readonly latencyMs?: number;
  /** Nothing arrives in larger pieces. */
  readonly sliceBytes?: number;
  /** A connection is reset when it has carried so much. */
  readonly resetAfterBytes?: number;
}

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
  /** Makes the network as bad as this, `{}` for well. */
  readonly worsen: (toxics: Toxics) => void;
  readonly close: () => Promise<void>;
}

/** How the network is now, for all connections of a proxy. */
interface Weather {
  toxics: Toxics;
  /** Resolves when something gets through; null when it does. */
  silence: { readonly over: Promise<void>; readonly end: () => void } | null;
}

/** A reader that does not read is felt by the writer: no more is taken than the other side takes. */
async function carry(from: Socket, to: Socket, weather: Weather): Promise<void> {
  let carried = 0;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    if (weather.silence) await weather.silence.over;
    const { latencyMs = 0, sliceBytes = chunk.length, resetAfterBytes = Infinity } = weather.toxics;
    if (latencyMs > 0) await sleep(latencyMs);
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      if (at > 0) await nextTurn();
      if (!to.write(chunk.subarray(at, at + sliceBytes))) await once(to, 'drain');
    }
    carried += chunk.length;
    if (carried > resetAfterBytes) return void from.resetAndDestroy();
  }
  to.end();
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const weather: Weather = { toxics: {}, silence: null };
  let cutCount = 0;
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      carry(from, to, weather).catch(() => from.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(target);
  url.port = String((proxy.address() as AddressInfo).port);
  const speak = () => {
    weather.silence?.end();
    weather.silence = null;
  };
  return {
    url: url.href.replace(/\/$/, ''),
    cutCount: () => cutCount,
    cut: () => {
      cutCount += open.size / 2;
      for (const socket of open) socket.resetAndDestroy();
    },
    silence: () => {
      weather.silence ??= whenEnded();
    },
    speak,
    worsen: (toxics) => {
      weather.toxics = toxics;
    },
    close: async () => {
      speak();
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

function whenEnded(): { readonly over: Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end };
}
