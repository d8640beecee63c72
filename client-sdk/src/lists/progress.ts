import type { LiveTickets, TicketsQuery } from '../live.js';
import type { Doing } from './overlay.js';

/**
 * How far the stream of a list has come in each project: to the numbers of the rows that it brought, and of one project to that in its
 * cursor (`<epoch>.<hash>.<seq in base 36>`). It may have come further; it has never come less far.
 */
export class Progress {
  private readonly seqs = new Map<string, number>();

  constructor(private readonly query: TicketsQuery) {}

  take({ items, cursor }: LiveTickets): void {
    for (const { projectId, lastSeq } of items) this.reach(projectId, lastSeq);
    const { projectId } = this.query;
    const seq = Number.parseInt(cursor.split('.')[2] ?? '', 36);
    if (projectId !== undefined && Number.isSafeInteger(seq)) this.reach(projectId, seq);
  }

  hasPassed({ projectId, seq }: Doing): boolean {
    return (this.seqs.get(projectId) ?? 0) >= seq;
  }

  clear(): void {
    this.seqs.clear();
  }

  private reach(projectId: string, seq: number): void {
    this.seqs.set(projectId, Math.max(seq, this.seqs.get(projectId) ?? 0));
  }
}
