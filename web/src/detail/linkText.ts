import type { TicketDetail } from '../sdk.js';

export type TicketLink = TicketDetail['links'][number];
export type Link = Pick<TicketLink, 'type' | 'isFrom'>;

/** What a ticket is to the other one: from this end of the link, and from the other. */
const words: Readonly<Record<TicketLink['type'], readonly [from: string, to: string]>> = {
  BLOCKS: ['Blocks', 'Is blocked by'],
  DUPLICATES: ['Duplicates', 'Is duplicated by'],
  RELATES: ['Relates to', 'Relates to'],
  SPLIT_FROM: ['Was split off', 'Split into'],
  MERGED_INTO: ['Is part of', 'Has taken in'],
};
export const linkWords = ({ type, isFrom }: Link): string => words[type][isFrom ? 0 : 1];

/** Those that people make and take back; splitting and merging make theirs. */
export const madeKinds = [
  { type: 'BLOCKS', isFrom: true },
  { type: 'BLOCKS', isFrom: false },
  { type: 'DUPLICATES', isFrom: true },
  { type: 'DUPLICATES', isFrom: false },
  { type: 'RELATES', isFrom: true },
] as const;
export type MadeKind = (typeof madeKinds)[number];

export const isMade = <Made extends Link>(link: Made): link is Made & { type: MadeKind['type'] } =>
  link.type !== 'SPLIT_FROM' && link.type !== 'MERGED_INTO';

/** The two ends as the server wants them, when `thisId` says of `otherId` what the kind says. */
export const endsOf = (
  { type, isFrom }: { type: MadeKind['type']; isFrom: boolean },
  thisId: string,
  otherId: string,
) => (isFrom ? { type, ticketId: thisId, otherId } : { type, ticketId: otherId, otherId: thisId });

const order = ['MERGED_INTO', 'BLOCKS', 'DUPLICATES', 'RELATES', 'SPLIT_FROM'];

/** One group for each thing that links say, the more pressing first. */
export function grouped<Made extends Link>(
  links: readonly Made[],
): readonly (readonly [words: string, links: readonly Made[]])[] {
  const sorted = links.toSorted(
    (a, b) => order.indexOf(a.type) - order.indexOf(b.type) || Number(a.isFrom) - Number(b.isFrom),
  );
  const groups = new Map<string, Made[]>();
  for (const link of sorted) groups.set(linkWords(link), [...(groups.get(linkWords(link)) ?? []), link]);
  return [...groups];
}
