import type { Logger } from '../../kernel/logger.js';

/**
 * The ids of all projects, for administrators who watch everything. Kept current, by reading them again and again, while
 * anybody holds it.
 */
export class ProjectList {
  /** Null while nobody has read them yet. */
  ids: readonly string[] | null = null;
  readonly onChange = new Set<() => void>();
  private holders = 0;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly read: () => Promise<readonly string[]>,
    private readonly logger: Logger,
  ) {}

  /** Calls `onChange` whenever they are other ones, until the returned function is called. */
  hold(onChange: () => void): () => void {
    this.holders++;
    this.onChange.add(onChange);
    this.refresh();
    return () => {
      this.onChange.delete(onChange);
      if (--this.holders === 0) this.ids = null;
    };
  }

  refresh(): void {
    if (this.holders === 0) return;
    this.reading ??= this.load().finally(() => (this.reading = null));
  }

  private async load(): Promise<void> {
    try {
      const ids = (await this.read()).toSorted();
      if (this.ids?.length === ids.length && ids.every((id, index) => id === this.ids?.[index])) return;
      this.ids = ids;
      for (const tell of this.onChange) tell();
    } catch (error) {
      this.logger.debug({ error: String(error) }, 'the list of projects could not be read');
    }
  }
}
