import type { LinkType } from '../../contract/link.js';
import type { CreateTicketInput } from '../../contract/ticketInputs.js';

/** Somebody as a tracker names them: by what of this is known. */
export interface PersonRef {
  readonly name: string;
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  /** Who only asks; all others are made agents. */
  readonly isCustomer?: boolean;
}

export interface ImportedComment {
  /** Tells the comments of one ticket apart, and stays the same in every export. */
  readonly key: string;
  /** Null: whoever imports. */
  readonly author: PersonRef | null;
  readonly content: string;
  readonly visibility: 'PUBLIC' | 'INTERNAL';
  /** Null: not known. */
  readonly at: Date | null;
}

/** A link to another ticket of the same tracker, named as its exports name it. `isFrom`: this ticket is the one that blocks or duplicates. */
export interface ImportedLink {
  readonly type: Extract<LinkType, 'BLOCKS' | 'DUPLICATES' | 'RELATES'>;
  readonly isFrom: boolean;
  readonly other: string;
}

type Drafted = Pick<CreateTicketInput, 'type' | 'status' | 'priority' | 'category'> & {
  readonly [Field in 'storyPoints' | 'estimatedHours' | 'dueDate' | 'waitingOn']: NonNullable<
    CreateTicketInput[Field]
  > | null;
};

/** A ticket of another system, whichever that is. Nothing in it was compared with the database yet. */
export interface ImportedTicket extends Drafted {
  readonly externalId: string;
  /** May be longer than a title can be, or empty. */
  readonly title: string;
  /** Of any length. */
  readonly description: string;
  readonly reporter: PersonRef | null;
  /** The first one is the main one. */
  readonly assignees: readonly PersonRef[];
  readonly watchers: readonly PersonRef[];
  readonly labels: readonly string[];
  readonly createdAt: Date | null;
  /** When it came to its last state, of one that is resolved or closed. */
  readonly finishedAt: Date | null;
  /** As other tickets name it. */
  readonly parent: string | null;
  readonly links: readonly ImportedLink[];
  readonly comments: readonly ImportedComment[];
}
