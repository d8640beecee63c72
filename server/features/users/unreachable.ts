import { createHash } from 'node:crypto';

const SLUG_LENGTH = 50;

/** `Müller, A.` becomes `muller-a`. */
function slugOf(person: string): string {
  const letters = person
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const slug = letters.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return slug.slice(0, SLUG_LENGTH).replace(/-$/, '');
}

/** A name without Latin letters, or one whose slug belongs to another name, is told apart by a digest. */
const digestOf = (person: string): string => createHash('sha256').update(person).digest('hex').slice(0, 10);

/** Addresses that cannot receive mail for somebody of whom only the name is known: the nicer first, the last one nobody else's. */
export function unreachableEmails(person: string, source: string): string[] {
  const slug = slugOf(person);
  const names = [...(slug === '' ? [] : [slug]), `${slug || 'person'}-${digestOf(person)}`];
  return names.map((name) => `${name}@${source}.import.invalid`);
}
