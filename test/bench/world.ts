import { randomFrom } from '../../seeders/support/random.js';

/** What every bench database holds. Ids follow from numbers (1, 2, 3 …), so that processes need not tell each other. */
export const size = {
  people: 100,
  projects: 100,
  tickets: 20_000,
  /** The first of them have a holder each; the others are nobody's. */
  held: 4_000,
  storyPoints: 3,
} as const;

const prefixes = {
  user: '00000001-0000-7000-8000-',
  project: '00000002-0000-7000-8000-',
  ticket: '00000003-0000-7000-8000-',
  conversation: '00000004-0000-7000-8000-',
  assignment: '00000005-0000-7000-8000-',
  session: '00000006-0000-7000-8000-',
  member: '00000007-0000-7000-8000-',
  developer: '00000008-0000-7000-8000-',
} as const;
export type Noun = keyof typeof prefixes;
export const prefixOf = (noun: Noun): string => prefixes[noun];

export const idOf = (noun: Noun, number: number): string => prefixes[noun] + number.toString(16).padStart(12, '0');
export const nameOf = (person: number): string => `Person ${person}`;
/** Who holds a ticket of the first {@link size.held} at the start. */
export const holderOf = (ticket: number): number => (ticket % size.people) + 1;

/** The work of one process: which ticket comes next, and to whom. Never the same ticket at the same time. */
export class Errands {
  private nextHeld = 0;
  private nextFree: number = size.held;
  private readonly spans = new Map<number, { id: string; holder: number }>();
  private readonly busy = new Set<number>();
  private readonly random;

  /** All the work in one project, instead of in all of them. */
  isHot = false;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  /** Ticket numbers go round the projects: every hundredth is of the same one. */
  private get step(): number {
    return this.isHot ? size.projects : 1;
  }

  /** A held ticket and somebody else to give it to; call `done` with the new span's id. */
  handover(): { ticketId: string; assignmentId: string; from: number; to: number; done: (newId: string) => void } {
    do this.nextHeld = ((this.nextHeld + this.step - 1) % size.held) + 1;
    while (this.busy.has(this.nextHeld));
    const ticket = this.nextHeld;
    this.busy.add(ticket);
    const span = this.spans.get(ticket) ?? { id: idOf('assignment', ticket), holder: holderOf(ticket) };
    const to = ((span.holder + this.random.below(size.people - 1)) % size.people) + 1;
    const done = (id: string): void => {
      this.spans.set(ticket, { id, holder: to });
      this.busy.delete(ticket);
    };
    return { ticketId: idOf('ticket', ticket), assignmentId: span.id, from: span.holder, to, done };
  }

  project(): string {
    return idOf('project', this.isHot ? size.projects : this.random.below(size.projects) + 1);
  }

  /** Any ticket. */
  ticket(): string {
    return idOf('ticket', (this.random.below(size.tickets / this.step) + 1) * this.step);
  }

  /** A ticket that nobody holds and nobody will ask for again. */
  unclaimed(): string {
    if (this.nextFree >= size.tickets) throw new Error('all tickets have been claimed: seed more');
    return idOf('ticket', ++this.nextFree);
  }
}
