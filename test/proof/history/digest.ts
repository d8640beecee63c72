import { hash } from 'node:crypto';
import { canonicalJson } from '../../../server/kernel/canonicalJson.js';

const short = (text: string): string => hash('sha1', text, 'base64url').slice(0, 16);

/** A short name for a value: equal values have equal names, whatever the order of their keys. */
export const digestOf = (value: unknown): string => short(canonicalJson(value ?? null));

/** The same for what comes in one order of keys, as the log has it: much cheaper. */
export const digestInOrder = (value: unknown): string => short(JSON.stringify(value ?? null));
