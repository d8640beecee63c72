import type { Socket } from 'node:net';

/** When a text came over a socket: found in the bytes as they arrive, whatever frames they are cut into. */
export class RawWatch {
  /** By `performance.now()`, one for each time that the text came. */
  readonly times: number[] = [];
  byteCount = 0;
  private rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, text: string) {
    const wanted = Buffer.from(text);
    socket.on('data', (chunk: Buffer) => {
      const at = performance.now();
      this.byteCount += chunk.length;
      const bytes = Buffer.concat([this.rest, chunk]);
      for (let found = bytes.indexOf(wanted); found >= 0; found = bytes.indexOf(wanted, found + 1)) this.times.push(at);
      // Too short to hold the text: nothing is found twice.
      this.rest = bytes.subarray(Math.max(0, bytes.length - wanted.length + 1));
    });
  }
}
