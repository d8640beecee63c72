import { randomInt } from 'node:crypto';

/** Without signs that look like others; 16 of 31 are 79 bits. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** To sign in with once, and to choose another one then. */
export const oneTimePassword = (): string =>
  Array.from({ length: 19 }, (_, at) => (at % 5 === 4 ? '-' : LETTERS[randomInt(LETTERS.length)])).join('');
