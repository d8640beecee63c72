import { setTimeout as sleep } from 'node:timers/promises';
import { RefusedConfiguration } from '../../config.js';
import type { CsvMode } from '../../db/models/Installation.js';
import type { Deps } from '../../features/deps.js';
import { AppError } from '../../kernel/errors.js';
import { findAdministrator } from '../administrator.js';
import { beginCsvMode, inOne, takeWhole, type Begun } from './beginCsvMode.js';
import { tableNames, type CsvFolder, type TableName } from './csvFolder.js';
import { storeCsvMode } from './csvModeRow.js';
import { csvTables } from './csvTables.js';

/** How often the files are looked at. A file that was changed is read once it has stayed the same for as long. */
const LOOK_MS = 500;
/** A change is written when nothing else has changed for so long, and after this long in any case. */
const QUIET_MS = 500;
const LATEST_MS = 5_000;
/** Large files are not written all the time: their writing takes at most every fifth moment. */
const PAUSES = 4;

interface Watched {
  /** Of the file as it was looked at last. */
  stamp: string | null;
  /** What was looked into under this stamp. */
  seen: string | null;
  /** What the file holds when nobody else has written it. */
  own: ReadonlySet<string | null>;
  /** What somebody has made of it that cannot be taken over. */
  refused: string | null;
}

interface Turn {
  readonly writes: boolean;
  readonly isLast?: boolean;
}

const refusals: ReadonlySet<string> = new Set(['BAD_INPUT', 'CONFLICT', 'PAYLOAD_TOO_LARGE']);
const isRefusal = (error: unknown): error is AppError => error instanceof AppError && refusals.has(error.code);

/**
 * Keeps a folder's tables equal to the database, which is the truth: what changes there is written, what somebody changes in a file is taken
 * over, cell by cell, and no file is overwritten that holds what was not taken over.
 */
export class CsvKeeper {
  private deps: Deps | null = null;
  private mode: CsvMode | null = null;
  private isKeeping = false;
  private readonly watched: Record<TableName, Watched>;
  private firstChange: number | null = null;
  private lastChange = 0;
  private notBefore = 0;
  private readonly stopping = new AbortController();
  private keeping: Promise<void> = Promise.resolve();

  constructor(private readonly folder: CsvFolder) {
    const none = (): Watched => ({ stamp: null, seen: null, own: new Set(), refused: null });
    this.watched = { developers: none(), tickets: none() };
  }

  /** Told of every commit of this process. */
  readonly wrote = (): void => {
    this.lastChange = Date.now();
    this.firstChange ??= this.lastChange;
  };

  /**
   * Brings files and database together before anybody is served.
   * @throws RefusedConfiguration the database is not this folder's, or a file holds what cannot be taken over.
   */
  async begin(deps: Deps): Promise<Begun> {
    this.deps = deps;
    try {
      const begun = await beginCsvMode(deps, this.folder);
      this.mode = begun.mode;
      for (const name of tableNames) {
        await this.know(name);
        if (await this.isEdited(name)) await this.takeEdited(name);
        await this.write(name);
      }
      this.isKeeping = true;
      return begun;
    } catch (error) {
      throw error instanceof AppError ? new RefusedConfiguration(error.message) : error;
    }
  }

  /** Watches until {@link close}. */
  start(): void {
    this.keeping = this.keep();
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.keeping;
    if (!this.isKeeping) return;
    for (const name of tableNames)
      await this.guarded(name, () => this.bringTogether(name, { writes: true, isLast: true }));
  }

  private async keep(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const begun = Date.now();
      const isDue = this.isDue(begun);
      if (isDue) this.firstChange = null;
      for (const name of tableNames) await this.guarded(name, () => this.bringTogether(name, { writes: isDue }));
      if (isDue) this.notBefore = Date.now() + PAUSES * (Date.now() - begun);
    }
  }

  private isDue(now: number): boolean {
    if (this.firstChange === null || now < this.notBefore) return false;
    return now - this.lastChange >= QUIET_MS || now - this.firstChange >= LATEST_MS;
  }

  /** What failed for a reason that may pass is tried again with the next change. */
  private async guarded(name: TableName, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isRefused = isRefusal(error);
      const why = isRefused ? { refusal: error.message } : { err: error };
      this.deps?.log.error({ file: this.folder.fileOf(name), ...why }, 'the file is not what the database holds');
      if (!isRefused) this.wrote();
    }
  }

  private async bringTogether(name: TableName, { writes, isLast = false }: Turn): Promise<void> {
    const watched = this.watched[name];
    const stamp = await this.folder.stampOf(name);
    const isStill = stamp === watched.stamp;
    watched.stamp = stamp;
    if (!isStill && !isLast) {
      // Whoever writes it may not be done yet.
      if (writes) this.wrote();
      return;
    }
    if (stamp !== watched.seen || writes) {
      watched.seen = stamp;
      if (await this.isEdited(name)) return this.takeOnce(name);
    }
    if (writes) await this.write(name);
  }

  /** What was refused is tried again when it has changed. */
  private async takeOnce(name: TableName): Promise<void> {
    const watched = this.watched[name];
    const digest = await this.folder.digestOf(name);
    if (digest === watched.refused) return;
    try {
      await this.takeEdited(name);
    } catch (error) {
      if (isRefusal(error)) watched.refused = digest;
      throw error;
    }
    watched.refused = null;
    await this.write(name);
  }

  private async know(name: TableName): Promise<void> {
    const { folder } = this;
    const watched = this.watched[name];
    const [base, next] = [await folder.digestOf(name, 'base'), await folder.digestOf(name, 'next')];
    const taken = this.begun.mode.taken[name] ?? null;
    watched.own = new Set([base, next, taken]);
    watched.stamp = watched.seen = await folder.stampOf(name);
    const now = await folder.digestOf(name);
    // It ended between taking the file over and remembering what it was.
    if (now !== null && now === taken && now !== base) await folder.take(name, 'base');
  }

  /** A missing file holds nothing that could be lost. */
  private async isEdited(name: TableName): Promise<boolean> {
    const digest = await this.folder.digestOf(name);
    return digest !== null && !this.watched[name].own.has(digest);
  }

  private get begun(): { readonly deps: Deps; readonly mode: CsvMode } {
    const { deps, mode } = this;
    if (!deps || !mode) throw new Error('not begun');
    return { deps, mode };
  }

  /** @throws BAD_INPUT it cannot be taken over: nothing of it is. */
  private async takeEdited(name: TableName): Promise<void> {
    const { folder } = this;
    const { deps } = this.begun;
    const origins = await this.origins(name);
    const digest = await folder.take(name, 'edited');
    if (digest === null) return;
    if (origins.length === 0) return this.demandEqual(name, digest);
    this.mode = await inOne(deps, async (within) => {
      const mode = await this.rememberTaken(within, name, digest);
      await takeWhole(within, mode, name, folder.copyOf(name, 'edited'), origins);
      return mode;
    });
    await folder.settle(name, 'edited');
    this.watched[name].own = new Set([digest]);
    deps.log.info({ file: folder.fileOf(name) }, 'changes of the file were taken over');
  }

  /** Until there is a copy of it, only this tells that the file was taken over. */
  private async rememberTaken({ db, clock }: Deps, name: TableName, digest: string | undefined): Promise<CsvMode> {
    const { mode } = this.begun;
    const { [name]: _, ...others } = mode.taken;
    const next = { ...mode, taken: digest === undefined ? others : { ...others, [name]: digest } };
    await storeCsvMode(db.all, next, clock.now());
    return next;
  }

  private async origins(name: TableName): Promise<string[]> {
    const copies = ['base', 'next'] as const;
    const there = await Promise.all(copies.map((copy) => this.folder.digestOf(name, copy)));
    return copies.filter((_, at) => there[at] !== null).map((copy) => this.folder.copyOf(name, copy));
  }

  /** Without a copy of what it was, nobody can tell what was changed in it. */
  private async demandEqual(name: TableName, digest: string): Promise<void> {
    await this.folder.discard(name, 'edited');
    if ((await this.prepare(name)) === digest) return this.folder.settle(name, 'next');
    await this.folder.discard(name, 'next');
    const advice = `move it away to have it written anew, and put your changes in then`;
    throw new AppError(
      'CONFLICT',
      `${name}.csv is not what the database holds, and its copy in .baton is gone: ${advice}`,
    );
  }

  private async prepare(name: TableName): Promise<string> {
    const { deps, mode } = this.begun;
    const admin = await findAdministrator(deps.db.all, null);
    return this.folder.prepare(name, csvTables[name].write(deps, admin, mode));
  }

  private async write(name: TableName): Promise<void> {
    const { folder } = this;
    const watched = this.watched[name];
    const digest = await this.prepare(name);
    const now = await folder.digestOf(name);
    if (now !== null && !watched.own.has(now)) {
      // Somebody has written it since it was looked at.
      await folder.discard(name, 'next');
      this.wrote();
      return;
    }
    watched.own = new Set([...watched.own, digest]);
    if (now === digest) await folder.settle(name, 'next');
    else await folder.put(name);
    if (this.begun.mode.taken[name] !== undefined)
      this.mode = await inOne(this.begun.deps, (within) => this.rememberTaken(within, name, undefined));
    watched.own = new Set([digest]);
    watched.stamp = watched.seen = await folder.stampOf(name);
  }
}
