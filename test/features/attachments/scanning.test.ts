import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clamd } from '../../../server/storage/clamd.js';
import { aFileWorld, filesIn, put, refusedWith, someBytes, type FileWorld } from './fileWorld.js';

type Script = (socket: Socket, bytes: Buffer) => void;

/** A daemon that takes INSTREAM as clamd does, and says what the test tells it to. */
class ScriptedClamd {
  says: Script = (socket) => socket.end('stream: OK\0');
  readonly scanned: Buffer[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedClamd> {
    const server = createServer();
    const daemon = new ScriptedClamd(server);
    server.on('connection', (socket) => daemon.serve(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return daemon;
  }
  get url(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  close(): void {
    this.server.close();
  }

  private serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    const content: Buffer[] = [];
    let hasBegun = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const command = 'zINSTREAM\0';
      if (!hasBegun) {
        if (received.length < command.length) return;
        if (received.subarray(0, command.length).toString() !== command) return socket.destroy();
        received = received.subarray(command.length);
        hasBegun = true;
      }
      while (received.length >= 4) {
        const length = received.readUInt32BE(0);
        if (received.length < 4 + length) return;
        if (length === 0) {
          this.scanned.push(Buffer.concat(content));
          return this.says(socket, Buffer.concat(content));
        }
        content.push(received.subarray(4, 4 + length));
        received = received.subarray(4 + length);
      }
    });
  }
}

let daemon: ScriptedClamd;
let world: FileWorld;
let ticket: { id: string };
beforeAll(async () => {
  daemon = await ScriptedClamd.start();
  world = await aFileWorld('sqlite', { scanner: clamd(daemon.url, 500) });
  ticket = await world.ticket();
});
afterAll(async () => {
  await world.close();
  daemon.close();
});

const ok: Script = (socket) => socket.end('stream: OK\0');
async function send(bytes: Buffer) {
  const { uploadUrl } = await world.announce(world.ann, ticket, bytes);
  const files = await filesIn(world.folder);
  const answer = await put(world.http + uploadUrl, bytes);
  const isKept = (await filesIn(world.folder)).length > files.length;
  return { answer, isKept, again: () => put(world.http + uploadUrl, bytes) };
}

describe('a scanner', () => {
  it('is shown every byte before a file is kept', async () => {
    daemon.says = ok;
    const bytes = someBytes(1_000_000);
    const { answer, isKept } = await send(bytes);

    expect([answer.status, isKept]).toEqual([201, true]);
    expect(daemon.scanned.at(-1)?.equals(bytes)).toBe(true);
  });

  it('that finds something keeps it out, and says what', async () => {
    daemon.says = (socket) => socket.end('stream: Eicar-Test-Signature FOUND\0');
    const { answer, isKept } = await send(someBytes(100_000));

    expect(refusedWith(answer)).toEqual([422, 'BAD_INPUT']);
    expect(answer.body.toString()).toContain('Eicar-Test-Signature');
    expect(isKept).toBe(false);
  });

  it.each<[string, Script]>([
    ['breaks off', (socket) => socket.destroy()],
    ['says nothing', () => undefined],
    ['says nonsense', (socket) => socket.end('hello\0')],
    ['refuses the size', (socket) => socket.end('INSTREAM size limit exceeded. ERROR\0')],
    ['says too much', (socket) => socket.end('x'.repeat(100_000))],
  ])('that %s lets nothing pass, and later the file may come', async (_what, says) => {
    daemon.says = says;
    const { answer, isKept, again } = await send(someBytes(100_000));

    expect([refusedWith(answer), isKept]).toEqual([[503, 'UNAVAILABLE'], false]);
    daemon.says = ok;
    expect((await again()).status).toBe(201);
  });

  it('that is not there lets nothing pass', async () => {
    const nowhere = await aFileWorld('sqlite', { scanner: clamd('tcp://127.0.0.1:1', 500) });
    const bytes = someBytes(10_000);
    const { uploadUrl } = await nowhere.announce(nowhere.ann, await nowhere.ticket(), bytes);

    expect(refusedWith(await put(nowhere.http + uploadUrl, bytes))).toEqual([503, 'UNAVAILABLE']);
    expect(await filesIn(nowhere.folder)).toEqual([]);
    await nowhere.close();
  });
});
