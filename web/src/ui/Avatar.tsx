import type { CSSProperties } from 'react';

/** Initials, drawn by the stylesheet since they are no words of the page, on a colour that is the same for the same person everywhere. */
export function Avatar({ id, name, size = 'small' }: { id: string; name: string; size?: 'small' | 'medium' }) {
  return (
    <span
      className={`avatar avatar-${size}`}
      style={{ '--hue': hueOf(id) } as CSSProperties}
      aria-hidden="true"
      title={name}
      data-initials={initials(name)}
    />
  );
}

/** "Ada Lovelace" → AL, "Ada" → A. Whole characters, also where they take several code units. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toUpperCase();
}

const characters = new Intl.Segmenter();
const first = (word = '') => [...characters.segment(word)][0]?.segment ?? '';

function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % 360;
}
