/** What no error may tell: how it came about inside. Inputs that are echoed hold none of it. */
const inside =
  /SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|SQLITE_|sequelize|node_modules|\.[tj]s:\d+|\bat \w.*\(.*:\d+:\d+\)|relation "|violates|syntax error|unexpected token|\/server\/|TypeError|ReferenceError|RangeError|ECONN/i;
/** What nobody may be told at all. */
const never = /\$argon2|passwordHash|tokenHash|keyHash/;

/** The first thing in a reply that does not belong there; null when there is none. */
export function leakIn(text: string, isError: boolean, canary: string | null): string | null {
  if (canary !== null && text.includes(canary)) return canary;
  const found = (isError ? inside.exec(text) : null) ?? (isError ? null : never.exec(text));
  return found?.[0] ?? null;
}
