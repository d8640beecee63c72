import {
  BatonError,
  errorCodes,
  type AttachmentReply,
  type BatonClient,
  type ErrorCode,
  type ErrorDetails,
} from '../sdk.js';

export interface Sending {
  readonly ticketId: string;
  readonly file: Blob;
  readonly filename: string;
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Announces a file and sends its bytes. @throws BatonError */
export async function sendFile(client: BatonClient, { ticketId, file, filename, onProgress, signal }: Sending) {
  const announced = { ticketId, filename, size: file.size, sha256: await sha256Of(file) };
  const { uploadUrl } = await client.attachments.create(announced, { signal });
  return put(uploadUrl, file, onProgress, signal);
}

async function sha256Of(file: Blob): Promise<string> {
  // Browsers give this to pages over HTTPS, and of the same machine.
  if (!('subtle' in crypto))
    throw new BatonError('BAD_INPUT', 'Files can be sent only when the page was opened over HTTPS.', {});
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `fetch` tells nothing of how far an upload is. */
function put(
  url: string,
  file: Blob,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<AttachmentReply> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const brokenOff = () => reject(new BatonError('UNAVAILABLE', 'The upload broke off.', {}));
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total));
    request.addEventListener('load', () => {
      const reply = parsed(request.responseText);
      if (request.status === 201) resolve(reply as unknown as AttachmentReply);
      else reject(refusalFrom(reply));
    });
    request.addEventListener('error', brokenOff);
    request.addEventListener('abort', brokenOff);
    request.open('PUT', url);
    request.send(file);
    signal.addEventListener('abort', () => request.abort(), { once: true });
  });
}

interface Refused {
  readonly error?: { readonly data?: { readonly app?: { code?: string; message?: string; details?: ErrorDetails } } };
}

function parsed(text: string): Refused {
  try {
    return JSON.parse(text) as Refused;
  } catch {
    return {};
  }
}

function refusalFrom({ error }: Refused): BatonError {
  const { code, message = 'The file was not taken.', details = {} } = error?.data?.app ?? {};
  const known: ErrorCode = errorCodes.find((one) => one === code) ?? 'UNAVAILABLE';
  return new BatonError(known, message, details);
}
