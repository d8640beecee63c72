/** As comments name people: `@[Name](userId)`; at the end of an excerpt it may be cut off. */
const MENTION = /@\[([^[\]\n]{1,120})\]\(([0-9a-f-]{36})\)/gi;
const CUT = /@\[([^[\]\n]{1,120})(?:\](?:\([0-9a-f-]*)?)?$/i;

export type MentionPiece = string | { readonly name: string; readonly userId: string };

/** A text in pieces, the people who are named in it by themselves. */
export function mentionPieces(text: string): readonly MentionPiece[] {
  const pieces: MentionPiece[] = [];
  let from = 0;
  for (const { 0: whole, 1: name = '', 2: userId = '', index } of text.matchAll(MENTION)) {
    if (index > from) pieces.push(text.slice(from, index));
    pieces.push({ name, userId: userId.toLowerCase() });
    from = index + whole.length;
  }
  return from < text.length ? [...pieces, text.slice(from)] : pieces;
}

/** The same as people would write it: `@Name`. */
export const withoutMarks = (text: string): string => text.replaceAll(MENTION, '@$1').replace(CUT, '@$1');

/** How somebody is named in a comment. */
export const mentionOf = (name: string, userId: string): string => `@[${name.replaceAll(/[[\]\n]/g, ' ')}](${userId})`;

/** What is being typed after an @ before the caret: a beginning of somebody's name. Null when nobody is being named. */
export function mentionBefore(text: string): string | null {
  const found = /(?:^|\s)@([\p{L}\p{N}._'-]{0,30}(?: [\p{L}\p{N}._'-]{0,30})?)$/u.exec(text);
  return found?.[1] ?? null;
}
