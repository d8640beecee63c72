import { connect, type Socket } from 'node:net';
import { ScannerDown, type Scan, type Scanner, type Verdict } from './scanner.js';

const DEFAULT_PORT = 3310;
/** For each answer, and for each chunk to be taken. */
const PATIENCE_MS = 60_000;
const REPLY_MAX = 4_096;

/**
 * ClamAV's daemon, at `tcp://host:3310` or `unix:///path/to/clamd.sock`.
 * @see https://docs.clamav.net/manual/Usage/Scanning.html#clamd (INSTREAM)
 */
export function clamd(url: string, patienceMs = PATIENCE_MS): Scanner {
  const { protocol, hostname, port, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const dial = () =>
    protocol === 'unix:' ? connect(decodeURIComponent(pathname)) : connect(Number(port || DEFAULT_PORT), host);
  return { begin: () => new ClamdScan(dial(), patienceMs) };
}

class ClamdScan implements Scan {
  private reply = '';
  private readonly ended: Promise<string>;

  constructor(
    private readonly socket: Socket,
    patienceMs: number,
  ) {
    this.ended = new Promise((resolve, reject) => {
      const fail = (why: string) => {
        reject(new ScannerDown(why));
        socket.destroy();
      };
      socket.setTimeout(patienceMs, () => fail('clamd does not answer'));
      socket.on('error', ({ message }) => fail(message));
      socket.on('data', (text) => {
        this.reply += text.toString('latin1');
        if (this.reply.length > REPLY_MAX) fail('clamd says too much');
      });
      // It closes the connection after its answer.
      socket.on('close', () => resolve(this.reply));
    });
    this.ended.catch(() => undefined);
    socket.write('zINSTREAM\0');
  }

  write(chunk: Buffer): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    this.send(length);
    return this.send(chunk) ? Promise.resolve() : this.drained();
  }

  async verdict(): Promise<Verdict> {
    this.send(Buffer.alloc(4));
    const reply = (await this.ended).replace(/\0.*$/s, '');
    const [, found] = /^stream: (.+) FOUND$/.exec(reply) ?? [];
    if (found !== undefined) return { clean: false, found };
    if (reply === 'stream: OK') return { clean: true };
    throw new ScannerDown(reply || 'clamd closed the connection');
  }

  abandon(): void {
    this.socket.destroy();
  }

  /** It may have its verdict, or have given up, before all has come: what it says stands, the rest need not go there. */
  private send(bytes: Buffer): boolean {
    return !this.socket.writable || this.socket.write(bytes);
  }

  private async drained(): Promise<void> {
    const drain = new Promise<void>((resolve) => void this.socket.once('drain', resolve));
    await Promise.race([drain, this.ended]);
  }
}
