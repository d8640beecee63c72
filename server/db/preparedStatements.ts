import { createHash } from 'node:crypto';
import { dialects } from './dialect.js';
import type { Statement } from './statement.js';

/** How the columns of a statement's rows are called and read. */
export interface Shape {
  readonly names: readonly string[];
  readonly parsers: readonly ((text: string) => unknown)[];
  /** To fill in a copy costs half of what adding one column after the other does. */
  readonly blank: Readonly<Record<string, unknown>>;
}

/** Of those that recur a connection keeps so many: a wide list takes half a MB there. */
const KEPT = 16;
const RECURRING = 'recurring.';

/** What a statement is called on its connection; empty: it is not kept. */
export const preparedName = ({ name, copy, recurs, text }: Statement): string =>
  recurs
    ? RECURRING + createHash('sha1').update(text(dialects.postgres)).digest('base64url')
    : copy
      ? `${name}.copy`
      : name;

/** Whenever tables were found changed, all connections have to prepare anew: what one of them met the others would meet one by one. */
let tables = 0;
export const tablesChanged = (): void => void tables++;

/** What is prepared on a connection, with the shape of its rows: it never changes, or PostgreSQL refuses to run it. */
export class PreparedStatements {
  private known = tables;
  private readonly shapes = new Map<string, Shape>();
  /** The one that was asked for last comes last. */
  private readonly recurring = new Set<string>();

  shapeOf(name: string): Shape | undefined {
    if (this.known !== tables) this.shapes.clear();
    this.known = tables;
    if (this.recurring.delete(name)) this.recurring.add(name);
    return this.shapes.get(name);
  }

  keep(name: string, shape: Shape): void {
    this.shapes.set(name, shape);
  }

  /** Forgets those for which one more that recurs leaves no room. */
  makeRoom(name: string): string[] {
    this.recurring.delete(name);
    const over = this.recurring.size + 1 - KEPT;
    const old = over > 0 ? [...this.recurring].slice(0, over) : [];
    for (const each of old) {
      this.recurring.delete(each);
      this.shapes.delete(each);
    }
    this.recurring.add(name);
    return old;
  }
}
