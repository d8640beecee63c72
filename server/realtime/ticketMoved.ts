/** Ends a stream of one ticket: it is told of in another project's stream from here on. */
export class TicketMoved extends Error {
  override readonly name = 'TicketMoved';
}
