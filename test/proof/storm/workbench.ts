import type { Random } from '../../../seeders/support/random.js';
import type { Cast, Person } from '../stage/setUp.js';

/** A ticket as its writers believe it to be: what others did since may be missing, which is how conflicts come about. */
export interface Draft {
  readonly id: string;
  project: string;
  version: number;
  isDeleted: boolean;
  /** Active spans of holding. */
  spans: { readonly id: string; readonly holder: string }[];
  readonly comments: { readonly id: string; readonly by: string }[];
  /** Moves between projects, by the hand of this writer alone. */
  readonly mover: string | null;
}

/** So many tickets are worked on at a time: few, so that writers meet. */
const HOT = 16;
const MOVERS_OF_WRITER = 2;

/** The tickets that all writers of a storm share. */
export class Workbench {
  private readonly drafts = new Map<string, Draft>();

  constructor(
    readonly cast: Cast,
    private readonly random: Random,
  ) {}

  add(draft: Draft): void {
    this.drafts.set(draft.id, draft);
    const still = [...this.drafts.values()].filter(({ mover }) => mover === null);
    for (const { id } of still.slice(0, Math.max(0, still.length - HOT))) this.drafts.delete(id);
  }

  get isThin(): boolean {
    return this.drafts.size < HOT / 2;
  }

  /** Null when there is none of the kind. */
  pick(is: (draft: Draft) => boolean): Draft | null {
    const found = [...this.drafts.values()].filter(is);
    return found.length === 0 ? null : this.random.pick(found);
  }

  hasRoomForMover({ id }: Person): boolean {
    return [...this.drafts.values()].filter(({ mover }) => mover === id).length < MOVERS_OF_WRITER;
  }
}
