const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));

/** `randomUUID` is missing in pages that came over plain HTTP. */
export const newKey = (): string => (typeof crypto.randomUUID === 'function' ? crypto.randomUUID() : hexOf(random(16)));

let [lastMs, count] = [0, 0];
/** UUIDv7, as the server makes them: sorts by creation within this client. */
export function newId(): string {
  const now = Math.max(Date.now(), lastMs);
  count = now === lastMs ? count + 1 : 0;
  lastMs = now + (count >> 12);
  count &= 0xfff;
  const time = lastMs.toString(16).padStart(12, '0');
  const tail = random(8);
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
  const hex = hexOf(tail);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}-${hex.slice(0, 4)}-${hex.slice(4)}`;
}
