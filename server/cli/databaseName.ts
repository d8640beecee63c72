import { basename } from 'node:path';

/** What people call the database of a URL: the name on its server, or that of its file. Holds no secret. */
export function databaseName(url: string): string {
  if (url.startsWith('sqlite:')) return basename(url);
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** A URL to be shown: without what must not be. */
export function shownUrl(url: string): string {
  if (url.startsWith('sqlite:')) return url;
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}
