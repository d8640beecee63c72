import type { LiveApp } from '../transport/anApp.js';
import type { Place } from './places.js';
import type { Caller, Side } from './scene.js';

/**
 * Who may do what, to what is theirs to enter (`own`), to what is in a project of others (`other`), and to what is nowhere
 * (`missing`). The columns are, in this order,
 *
 *     admin lead member | outsider: agent of the other project
 *     reporter: customer who reported it | colleague: another customer there | stranger: customer of the other project
 *     reader: API key of the member that may only read | nobody: without any token
 *
 * and the letters: `+` done, `x` FORBIDDEN, `?` NOT_FOUND, `!` UNAUTHENTICATED.
 */
export type Outcomes = Partial<Readonly<Record<Side, string>>>;

export const ticketRead: Outcomes = { own: '+++? +?? +!', other: '+??+ ??+ ?!', missing: '???? ??? ?!' };
export const ticketEdit: Outcomes = { own: '+++? +?? x!', other: '+??+ ??+ x!', missing: '???? ??? x!' };
export const ticketWork: Outcomes = { own: '+++? x?? x!', other: '+??+ ??x x!', missing: '???? ??? x!' };
export const ticketLead: Outcomes = { own: '++x? x?? x!', other: '+??x ??x x!', missing: '???? ??? x!' };
/** What customers are not told of at all. */
export const amongStaff: Outcomes = { own: '++x? ??? x!', other: '+??x ??? x!', missing: '???? ??? x!' };
export const internalRead: Outcomes = { own: '+++? ??? +!', other: '+??+ ??? ?!', missing: '???? ??? ?!' };

export const projectRead: Outcomes = { own: '+++? ++? +!', other: '+??+ ??+ ?!', missing: '???? ??? ?!' };
/** What only staff of the project are told. */
export const projectStaff: Outcomes = { own: '+++? xx? +!', other: '+??+ ??x ?!', missing: '???? ??? ?!' };
export const projectReport: Outcomes = { own: '+++? ++? x!', other: '+??+ ??+ x!', missing: '???? ??? x!' };
export const projectWork: Outcomes = { own: '+++? xx? x!', other: '+??+ ??x x!', missing: '???? ??? x!' };
export const projectLead: Outcomes = { own: '++x? xx? x!', other: '+??x ??x x!', missing: '???? ??? x!' };

export const anybody: Outcomes = { own: '++++ +++ ++' };
export const signedIn: Outcomes = { own: '++++ +++ +!' };
export const ownAccount: Outcomes = { own: '++++ +++ x!' };
export const ownCredential: Outcomes = { own: '++++ +++ x!', other: '???? ??? x!', missing: '???? ??? x!' };
export const staffRead: Outcomes = { own: '++++ xxx +!' };
export const adminRead: Outcomes = { own: '+xxx xxx x!' };
export const adminWrite: Outcomes = { own: '+xxx xxx x!' };
export const adminWriteOne: Outcomes = { own: '+xxx xxx x!', missing: '?xxx xxx x!' };
export const adminWritePerson: Outcomes = { own: '+xxx xxx x!', other: '+xxx xxx x!', missing: '?xxx xxx x!' };

export interface About {
  readonly app: LiveApp;
  readonly at: Place;
  readonly side: Side;
  readonly caller: Caller;
  /** `at`, but for `own` the caller's. */
  readonly self: { userId(): Promise<string>; developerId(): Promise<string> };
}
type Input = (about: About) => object | undefined | Promise<object>;

export interface Row {
  readonly outcomes: Outcomes;
  readonly input: Input;
  /** Done by somebody new of the same standing, since it changes who calls. */
  readonly changesCaller?: true;
}
export const line = (outcomes: Outcomes, input: Input = () => ({})): Row => ({ outcomes, input });
export const lineOfCaller = (outcomes: Outcomes, input: Input = () => ({})): Row => ({
  outcomes,
  input,
  changesCaller: true,
});

let numbers = 0;
export const unique = (word: string): string => `${word} ${++numbers}`;
export const uniqueKey = (): string => `K${++numbers}X`;
export const email = (): string => `new${++numbers}@example.com`;
