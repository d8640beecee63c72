/** Where a reader of a live query stands. On the wire it is opaque text: `<epoch>.<hash of the query>.<seqs>`. */
export interface QueryCursor {
  readonly epoch: string;
  /** Of the query's identity: the cursor of another filter, order or role does not fit. */
  readonly hash: string;
  /** The last event applied of each project, in the order of the query's projects. */
  readonly seqs: readonly number[];
}

const FORM = /^([0-9a-f-]{36})\.([\w-]{16})\.((?:[0-9a-z]{1,7}(?:-[0-9a-z]{1,7})*)?)$/;
/** Stands for the numbers while a snapshot has not been sent whole: there is nothing yet to go on from. */
const UNFINISHED = '~';

export const formatQueryCursor = ({ epoch, hash, seqs }: QueryCursor): string =>
  `${epoch}.${hash}.${seqs.map((seq) => seq.toString(36)).join('-')}`;

export const unfinishedCursor = ({ epoch, hash }: Pick<QueryCursor, 'epoch' | 'hash'>): string =>
  `${epoch}.${hash}.${UNFINISHED}`;

/** Null when the text is no cursor that could be continued. */
export function parseQueryCursor(text: string): QueryCursor | null {
  const [, epoch, hash, seqs] = FORM.exec(text) ?? [];
  if (epoch === undefined || hash === undefined || seqs === undefined) return null;
  return { epoch, hash, seqs: seqs === '' ? [] : seqs.split('-').map((seq) => Number.parseInt(seq, 36)) };
}
