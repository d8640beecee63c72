import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { batcher } from '../kernel/batcher.js';

export type LoadFacts = (userIds: readonly string[]) => Promise<ReadonlyMap<string, AccessFacts>>;

/** On whose behalf a stream is sent, and by which sign-in (null: by none, as the command line). */
export interface Viewer {
  readonly userId: string;
  readonly sessionId: string | null;
}

/** A person's feed, as far as it tells that their access moved. */
interface Feed {
  readonly key: string;
  readonly ref: { readonly id: string };
  /** How far it is known to reach. */
  readonly target: number;
  readonly onMoved: Set<() => void>;
  /** Resolves when `target` is known. */
  opened(): Promise<void>;
}

const isSignedIn = (facts: AccessFacts, { sessionId }: Viewer): boolean =>
  facts.active && (sessionId === null || facts.liveSessions.has(sessionId));

/** @throws UNAUTHENTICATED the account is not active, or this sign-in has ended. */
export function demandSignedIn(facts: AccessFacts, viewer: Viewer): void {
  if (!facts.active) throw new AppError('UNAUTHENTICATED', 'This account is not active.');
  if (!isSignedIn(facts, viewer)) throw new AppError('UNAUTHENTICATED', 'This session has ended. Sign in again.');
}

const nobody = (userId: string): AccessFacts => ({
  userId,
  role: 'CUSTOMER',
  active: false,
  projects: new Map(),
  channels: new Map(),
  liveSessions: new Set(),
});

/**
 * What a person with open streams may do now. Every change of it moves the person's own feed, in the same transaction; from
 * the moment this process knows that the feed moved until the facts are read anew, there are none, and nothing is sent. Nor
 * is anything while the heads of the feeds have not been read for too long, since such a move could be unheard of.
 */
export class PersonAccess {
  /** Told when facts were lost and when they are here again. */
  readonly onChange = new Set<() => void>();
  private known: AccessFacts | null = null;
  private refreshing: Promise<void> | null = null;

  constructor(
    private readonly feed: Feed,
    private readonly load: (userId: string) => Promise<ReadonlyMap<string, AccessFacts>>,
    private readonly logger: Logger,
    private readonly headsAreFresh: () => boolean,
  ) {}

  /** Null while they are being read, and while nobody can say whether they still hold. */
  get facts(): AccessFacts | null {
    return this.headsAreFresh() ? this.known : null;
  }

  /** Whether the database has been silent for too long. */
  get isUncertain(): boolean {
    return !this.headsAreFresh();
  }

  /** Throws the facts away and reads them; a failed read is repeated by {@link retry}. */
  readonly expire = (): void => {
    this.known = null;
    this.tell();
    this.retry();
  };

  retry(): void {
    if (this.known) return;
    this.refresh().catch((error: unknown) =>
      this.logger.debug({ stream: this.feed.key, error: String(error) }, 'access facts could not be read'),
    );
  }

  /** Resolves with facts read after this call began, or that were current. Rejects when the database does not answer. */
  async current(): Promise<AccessFacts> {
    while (!this.known) await this.refresh();
    return this.known;
  }

  /** Whether `test` holds; before it says no it reads anew, since what gives access (a new session) need not move the feed. */
  async confirms(test: (facts: AccessFacts) => boolean): Promise<boolean> {
    const { facts } = this;
    if (facts && test(facts)) return true;
    if (this.known && this.facts === facts) this.expire();
    return test(await this.current());
  }

  /** Settles when the viewer's sign-in is known to be among the facts, or known not to be. */
  async settle(viewer: Viewer): Promise<void> {
    await this.confirms((facts) => isSignedIn(facts, viewer));
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.read().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async read(): Promise<void> {
    // The head first: a change of access after it moves the feed.
    await this.feed.opened();
    const { userId, seq } = { userId: this.feed.ref.id, seq: this.feed.target };
    const facts = (await this.load(userId)).get(userId) ?? nobody(userId);
    // The feed moved on while they were read: they may be of before.
    if (this.feed.target !== seq) return this.read();
    this.known = facts;
    this.tell();
  }

  tell(): void {
    for (const listener of this.onChange) listener();
  }
}

/** The people with open streams or sockets in this process. */
export class AccessWatch<Of extends Feed> {
  private readonly people = new Map<string, { access: PersonAccess; holders: number; feed: Of }>();
  private readonly load: (userId: string) => Promise<ReadonlyMap<string, AccessFacts>>;

  constructor(
    load: LoadFacts,
    private readonly feeds: { hold(userId: string): Of; release(feed: Of): void },
    private readonly logger: Logger,
    private readonly headsAreFresh: () => boolean,
  ) {
    this.load = batcher(load);
  }

  /** Keeps the person's facts current until {@link release}. */
  hold(userId: string): PersonAccess {
    const known = this.people.get(userId);
    if (known) {
      known.holders++;
      return known.access;
    }
    const feed = this.feeds.hold(userId);
    const access = new PersonAccess(feed, this.load, this.logger, this.headsAreFresh);
    feed.onMoved.add(access.expire);
    this.people.set(userId, { access, holders: 1, feed });
    return access;
  }

  release(userId: string): void {
    const known = this.people.get(userId);
    if (!known || --known.holders > 0) return;
    this.people.delete(userId);
    known.feed.onMoved.delete(known.access.expire);
    this.feeds.release(known.feed);
  }

  /** Reads again what could not be read before. */
  retryAll(): void {
    for (const { access } of this.people.values()) access.retry();
  }

  /** Everybody's facts came to be uncertain, or are certain again. */
  tellAll(): void {
    for (const { access } of this.people.values()) access.tell();
  }
}
