import type { IncomingMessage } from 'node:http';
import { limits } from '../../contract/limits.js';
import { tooLarge } from './gate.js';

/** The whole body of a request. @throws PAYLOAD_TOO_LARGE; `gone` when its sender leaves before its end. */
export function bodyBytes(request: IncomingMessage, gone: () => Error): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limits.httpBodyBytes) return reject(tooLarge());
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limits.httpBodyBytes) return void chunks.push(chunk);
      request.pause();
      reject(tooLarge());
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => reject(gone()));
  });
}
