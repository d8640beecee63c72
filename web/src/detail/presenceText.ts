import type { PresentPerson } from '../sdk.js';

/** "Ann is typing…", "Ann and Bob are here"; who types is told before who only looks. Null when nobody is there. */
export function presenceText(people: readonly PresentPerson[]): string | null {
  const typing = people.filter((person) => person.typing);
  if (typing.length > 0) return `${named(typing)} ${typing.length === 1 ? 'is' : 'are'} typing…`;
  if (people.length > 0) return `${named(people)} ${people.length === 1 ? 'is' : 'are'} viewing`;
  return null;
}

const NAMED_MAX = 2;

function named(people: readonly PresentPerson[]): string {
  const names = people.map(({ name }) => name);
  if (names.length <= NAMED_MAX) return names.join(' and ');
  return `${names.slice(0, NAMED_MAX).join(', ')} and ${names.length - NAMED_MAX} more`;
}
