import { StringDecoder } from 'node:string_decoder';
import { TextDecoder } from 'node:util';
import { AppError } from '../kernel/errors.js';

interface Decoder {
  decode(bytes: Buffer): string;
  /** @throws the last sign is not whole. */
  end(): string;
}

/**
 * Bytes as text, without the byte order mark, which decides between UTF-8 and UTF-16; without one it is in `encoding`. In UTF-16 half of a
 * sign is no reason to refuse more than its row.
 * @throws BAD_INPUT there is no such encoding; ERR_ENCODING_INVALID_ENCODED_DATA bytes that are no text in it.
 */
export async function* decodedText(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  let decoder: Decoder | undefined;
  for await (const chunk of chunks) {
    if (decoder) yield decoder.decode(chunk);
    else {
      decoder = decoderOf(chunk, encoding);
      yield decoder.decode(chunk).replace(/^\uFEFF/, '');
    }
  }
  if (decoder) yield decoder.end();
}

/** Half of a sign as NUL, which no row may hold either: the parser works on UTF-8, where it would become another sign. */
export const halvesMarked = (text: string): string => text.replace(/\p{Cs}/gu, '\0');

function decoderOf(start: Buffer, encoding: string): Decoder {
  if (start[0] === 0xff && start[1] === 0xfe) return utf16(false);
  if (start[0] === 0xfe && start[1] === 0xff) return utf16(true);
  const isMarked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
  try {
    const decoder = new TextDecoder(isMarked ? 'utf-8' : encoding, { fatal: true });
    return { decode: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
  } catch {
    throw new AppError('BAD_INPUT', `There is no encoding ${encoding}.`);
  }
}

function utf16(isBigEndian: boolean): Decoder {
  const decoder = new StringDecoder('utf16le');
  let odd: Buffer = Buffer.alloc(0);
  return {
    decode(bytes) {
      const all = odd.length > 0 ? Buffer.concat([odd, bytes]) : bytes;
      const even = all.length - (all.length % 2);
      odd = all.subarray(even);
      const pairs = all.subarray(0, even);
      return halvesMarked(decoder.write(isBigEndian ? Buffer.from(pairs).swap16() : pairs));
    },
    end() {
      if (odd.length > 0)
        throw Object.assign(new Error('half of a sign'), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
      return halvesMarked(decoder.end());
    },
  };
}
