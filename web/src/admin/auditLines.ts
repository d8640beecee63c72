type Fields = Readonly<Record<string, unknown>>;

const SHOWN_MAX = 120;

/** API_KEY as "Api key". */
export const wordsOf = (word: string): string => {
  const words = word.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/** A line for each field of a change: both values of what differs, the one there is of what came or went. */
export function fieldLines(before: Fields | null, after: Fields | null): string[] {
  if (before && after)
    return Object.keys(after).map((field) => `${field}: ${textOf(before[field])} → ${textOf(after[field])}`);
  return Object.entries(before ?? after ?? {})
    .filter(([, value]) => value !== null && value !== '')
    .map(([field, value]) => `${field}: ${textOf(value)}`);
}
