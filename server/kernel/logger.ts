import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Fields that would carry a secret never reach a log line, whatever object they come in. */
const secrets = [
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'key',
];

/** Of an error what it says and where it arose. Its other fields may hold what a failed statement was given. */
function described(error: Error & { code?: unknown }): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, code: error.code, message, stack };
}

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    serializers: { err: described },
    redact: { paths: secrets.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[secret]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
