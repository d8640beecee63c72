import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What becomes of the next COMMIT: never sent on, sent on but never answered, or sent on only after the cut; `torn`: what came
 * with it gets through, and itself does not.
 */
export type Cut = 'before' | 'torn' | 'after' | 'late';

export interface CutProxy {
  /** The same database, reached through the proxy. */
  readonly url: string;
  /** COMMITs cut so far. */
  readonly cuts: number;
  /** How often something was sent to the database after an answer. */
  readonly trips: number;
  /** Cuts the connection of the next COMMIT; later ones pass. */
  cutNext(cut: Cut): void;
  close(): Promise<void>;
}

const LATE_MS = 400;
const COMMIT = Buffer.from('COMMIT');

async function cutAt(cut: Cut, commit: Buffer, client: Socket, server: Socket): Promise<void> {
  if (cut === 'torn') server.write(commit.subarray(0, commit.indexOf(COMMIT)));
  if (cut === 'before' || cut === 'torn') {
    server.end();
    client.destroy();
    return;
  }
  server.removeAllListeners('data');
  if (cut === 'late') {
    client.destroy();
    await sleep(LATE_MS);
  }
  const answered = once(server, 'data');
  server.write(commit);
  await answered;
  client.destroy();
  server.destroy();
}

/** A TCP proxy before PostgreSQL that can cut a connection around a COMMIT. */
export async function startCutProxy(target: string): Promise<CutProxy> {
  const { hostname, port } = new URL(target);
  let armed: Cut | null = null;
  let [cuts, trips] = [0, 0];
  const open = new Set<Socket>();

  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    let [cutting, answered] = [false, true];
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    client.on('data', (chunk) => {
      trips += Number(answered);
      answered = false;
      if (armed !== null && chunk.includes(COMMIT)) {
        const cut = armed;
        armed = null;
        cutting = true;
        cuts++;
        void cutAt(cut, chunk, client, server).catch(() => undefined);
      } else server.write(chunk);
    });
    server.on('data', (chunk) => {
      answered = true;
      client.write(chunk);
    });
    client.on('close', () => cutting || server.destroy());
    server.on('close', () => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(target);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    get cuts() {
      return cuts;
    },
    get trips() {
      return trips;
    },
    cutNext: (cut) => {
      armed = cut;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
