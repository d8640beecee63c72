import type { PresenceItem } from '../../../contract/presence.js';
import type { Report, Visitor } from './presenceText.js';

/** Who is at one place, by what this process sees itself and what the others last said. A person with two windows is one. */
export class PresenceRoom {
  private readonly viewers = new Map<string, { visitor: Visitor; windows: number }>();
  private readonly typing = new Map<string, number>();
  private readonly reports = new Map<string, { report: Report; until: number }>();
  private made: PresenceItem | null = null;

  /** Whether there is something to say to other processes. */
  get isEmpty(): boolean {
    return this.viewers.size === 0 && this.typing.size === 0;
  }

  /** True when the person was not there before. */
  enter(visitor: Visitor): boolean {
    const known = this.viewers.get(visitor.id);
    this.viewers.set(visitor.id, { visitor, windows: (known?.windows ?? 0) + 1 });
    return !known && this.changed();
  }

  /** True when that was the person's last window here. */
  leave({ id }: Visitor): boolean {
    const known = this.viewers.get(id);
    if (!known || --known.windows > 0) return false;
    this.viewers.delete(id);
    return this.changed();
  }

  /** True when that is new. `until` null: types no longer. */
  type(userId: string, until: number | null): boolean {
    const isKnown = this.typing.has(userId);
    if (until === null) this.typing.delete(userId);
    else this.typing.set(userId, until);
    return isKnown !== (until !== null) && this.changed();
  }

  /** True when another process said something new. */
  hear(report: Report, until: number): boolean {
    const before = this.reports.get(report.node)?.report;
    const isEmpty = report.viewers.length === 0 && report.typing.length === 0;
    if (isEmpty) this.reports.delete(report.node);
    else this.reports.set(report.node, { report, until });
    if (isEmpty && !before) return false;
    const isSame = before !== undefined && says(before) === says(report);
    return !isSame && this.changed();
  }

  /** Forgets what was not said again in time. Tells whether that was something of here, and whether anything. */
  expire(now: number): { mine: boolean; any: boolean } {
    let [mine, any] = [false, false];
    for (const [userId, until] of this.typing) if (until <= now) mine = this.typing.delete(userId) || mine;
    for (const [node, { until }] of this.reports) if (until <= now) any = this.reports.delete(node) || any;
    if (mine || any) this.changed();
    return { mine, any: mine || any };
  }

  reportOf(node: string, asks: boolean): Report {
    const viewers = [...this.viewers.values()].map(({ visitor }) => visitor);
    return { node, viewers, typing: [...this.typing.keys()], asks };
  }

  /** One object until something changes: what goes to many is turned into text once. */
  get item(): PresenceItem {
    return (this.made ??= this.make());
  }

  private make(): PresenceItem {
    const reports = [...this.reports.values()].map(({ report }) => report);
    const typing = new Set([...this.typing.keys(), ...reports.flatMap((report) => report.typing)]);
    const visitors = [...reports.flatMap((report) => report.viewers), ...this.reportOf('', false).viewers];
    const people = [...new Map(visitors.map(({ id, name }) => [id, { id, name, typing: typing.has(id) }])).values()];
    const order = ({ name, id }: Visitor) => `${name}\u0000${id}`;
    return { kind: 'presence', people: people.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)) };
  }

  private changed(): true {
    this.made = null;
    return true;
  }
}

const says = ({ viewers, typing }: Report): string => JSON.stringify([viewers, typing]);
