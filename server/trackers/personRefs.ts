import { Email } from '../../contract/text.js';
import { Username } from '../../contract/user.js';
import type { PersonRef } from './importedTicket.js';

export const emailOf = (text: string): string | undefined => Email.safeParse(text).data;
export const usernameOf = (text: string): string | undefined => Username.safeParse(text).data;

/** Somebody of whom an export says one thing: an address, a username or a name. */
export const personNamed = (text: string): PersonRef => ({
  name: text,
  email: emailOf(text),
  username: usernameOf(text),
});

export const personOrNull = (text: string | null): PersonRef | null => (text === null ? null : personNamed(text));
