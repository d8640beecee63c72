/** What file-type recommends to look at. */
export const SAMPLE_BYTES = 4_100;

const NOT_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
const MAX_LENGTH = 120;

/** What these first bytes of a file are, whatever its name says: of a known kind, text, or just bytes. */
export async function contentTypeOf(sample: Buffer): Promise<string> {
  const { fileTypeFromBuffer } = await import('file-type');
  const known = await fileTypeFromBuffer(sample).catch(() => undefined);
  if (known && known.mime.length <= MAX_LENGTH) return known.mime;
  return isText(sample) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

/** UTF-8 without the controls that no text has; the sample may end within a character. */
function isText(sample: Buffer): boolean {
  try {
    return !NOT_TEXT.test(new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true }));
  } catch {
    return false;
  }
}
