import { isBatonError, limits } from '../sdk.js';
import { explain } from '../board/explain.js';

const units = ['kB', 'MB', 'GB'] as const;

/** "512 bytes", "3.4 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let value = bytes;
  let unit: string = '';
  for (const one of units) {
    if (value < 1_000) break;
    value /= 1_000;
    unit = one;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

const MAX_TEXT = `${limits.attachmentBytes / 1024 / 1024} MiB`;

/** Why a file need not be sent at all; null when it may. */
export function fileProblem({ name, size }: Pick<File, 'name' | 'size'>): string | null {
  if (size === 0) return `${name} is empty.`;
  if (size > limits.attachmentBytes) return `${name} is too large: a file may have ${MAX_TEXT} at most.`;
  if (name.length > limits.filenameLength) return 'The name of this file is too long.';
  return null;
}

/** What became of a file that was sent, for whoever sent it. */
export function explainFile(error: unknown, name: string): string {
  if (!isBatonError(error)) return explain(error);
  if (error.details['found'] !== undefined) return `${name} was not taken: the virus scanner found something in it.`;
  switch (error.code) {
    case 'CAPACITY_EXCEEDED':
      return `${name} was not taken: the files of this project have used up their room. Remove some, or ask an administrator.`;
    case 'PAYLOAD_TOO_LARGE':
      return `${name} is too large: a file may have ${MAX_TEXT} at most.`;
    case 'UNAVAILABLE':
      return `${name} could not be sent. Check the connection and try again.`;
    default:
      return explain(error, name);
  }
}

/** Those that every browser draws and that can do nothing. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
export const isPicture = ({ contentType }: { readonly contentType: string | null }): boolean =>
  contentType !== null && pictures.has(contentType);

/** The clipboard calls every picture `image.png`. */
export function pastedName({ name }: Pick<File, 'name'>, at: Date): string {
  const ending = /^image(\.[a-z0-9]+)$/i.exec(name)?.[1];
  if (ending === undefined) return name;
  const moment = at.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return `Pasted ${moment}${ending}`;
}
