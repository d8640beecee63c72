import { v7 } from 'uuid';

/** UUIDv7: sorts by creation, monotonic within this process. */
export const newId = (): string => v7();

/** The smallest UUIDv7 of a moment: every id made earlier sorts before it. */
export const firstIdAt = (moment: Date): string => {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
