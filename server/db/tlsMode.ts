import { z } from 'zod';

/** `true` and `false` were all there was to say. */
export const tlsMode = z
  .enum(['false', '0', 'disable', 'true', '1', 'require', 'verify-ca', 'verify-full'])
  .transform((value) => tlsModes[value]);
const tlsModes = {
  false: null,
  0: null,
  disable: null,
  true: 'verify-full',
  1: 'verify-full',
  require: 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
} as const;
