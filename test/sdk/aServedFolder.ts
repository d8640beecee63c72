import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sirv from 'sirv';

export interface ServedFolder {
  readonly folder: string;
  /** What a server has to allow, for the pages to use it. */
  readonly origin: string;
  close(): Promise<void>;
}

/** A web server for the files of a folder, which is empty at first; as an application has one that is not Baton's. */
export async function aServedFolder(): Promise<ServedFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-pages-'));
  const files = sirv(folder, { dev: true });
  const server = createServer((request, response) =>
    files(request, response, () => void response.writeHead(404).end()),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    folder,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
}
