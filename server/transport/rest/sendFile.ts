import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { TRPCError } from '@trpc/server';
import { create as contentDisposition } from 'content-disposition';
import type { TicketExport } from '../../../contract/ticketExport.js';

/** The page at a cursor, the first without one. */
export type AskPage = (cursor?: string) => Promise<TicketExport>;

export const fileTypes = { csv: 'text/csv', json: 'application/json', table: 'text/csv' } as const satisfies Record<
  TicketExport['format'],
  string
>;

/** The texts of all pages as one: CSV is made for that, of JSON the brackets between them are taken out. */
async function* textsOf(first: TicketExport, pageAt: AskPage): AsyncGenerator<string> {
  const isJson = first.format === 'json';
  if (isJson) yield '[';
  let isFollowing = false;
  for (let page = first; ;) {
    const text = isJson ? page.text.slice(1, -1) : page.text;
    if (text !== '') yield isJson && isFollowing ? `,\n${text}` : text;
    isFollowing ||= text !== '';
    if (page.nextCursor === null) break;
    page = await pageAt(page.nextCursor);
  }
  if (isJson) yield ']';
}

/**
 * Answers with a file of all pages, each asked for when the one before it was taken. Every page is a call of its own, so whoever
 * loses access gets no more; what fails on the way cuts the answer off, and nobody takes it for whole.
 */
export async function sendFile({ method }: IncomingMessage, response: ServerResponse, pageAt: AskPage): Promise<void> {
  const first = await pageAt();
  response.writeHead(200, {
    'content-type': `${fileTypes[first.format]}; charset=utf-8`,
    'content-disposition': contentDisposition(`tickets.${first.format === 'json' ? 'json' : 'csv'}`),
    'cache-control': 'no-store',
  });
  if (method === 'HEAD') return void response.end();
  await pipeline(textsOf(first, pageAt), response).catch((error: unknown) => {
    // A reader who goes away is no failure.
    if (error instanceof TRPCError) throw error;
  });
}
