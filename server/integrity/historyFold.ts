import type { Ticket } from '../../contract/ticket.js';
import { LINKS } from '../features/tickets/tickets.present.js';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { bookkeeping } from './sameValue.js';

type Fields = Readonly<Record<string, unknown>>;
export interface Line {
  readonly version: number;
  readonly field: string | null;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : canonicalJson(value);

/** The lines of history of one ticket, oldest first, against its row. Holds one value of each field. */
export class HistoryFold {
  private state: Map<string, string | null> | null = null;
  private readonly links = new Set<string>();
  private readonly said: string[] = [];
  private isHeadless = false;

  constructor(private readonly ticket: Ticket) {}

  add(line: Line): void {
    if (line.field === LINKS) this.addLink(line);
    else if (this.state) for (const one of linesOf(line, this.state)) this.lead(this.state, one);
    else if (!this.isHeadless) this.begin(line);
  }

  private begin({ field, newValue }: Line): void {
    this.isHeadless = field !== null || newValue === null;
    if (newValue !== null && field === null) this.state = textsOf(JSON.parse(newValue) as Fields);
  }

  private addLink({ oldValue, newValue }: Line): void {
    const { id } = JSON.parse(newValue ?? oldValue ?? '') as { id: string };
    if (newValue === null) this.links.delete(id);
    else this.links.add(id);
  }

  private lead(state: Map<string, string | null>, { version, field, oldValue, newValue }: Line): void {
    if (version > this.ticket.version || field === null) this.said.push(`a line of history is of version ${version}`);
    if (field === null) return;
    if ((state.get(field) ?? null) !== oldValue)
      this.said.push(`its history does not lead on in ${field} at version ${version}`);
    state.set(field, newValue);
  }

  tellsOfOtherLinks(there: readonly string[]): boolean {
    return there.length !== this.links.size || there.some((id) => !this.links.has(id));
  }

  end(): readonly string[] {
    if (!this.state) return ['its history does not begin with its making'];
    const now = textsOf({ ...this.ticket });
    for (const field of new Set([...this.state.keys(), ...now.keys()]))
      if (!bookkeeping.has(field) && (this.state.get(field) ?? null) !== (now.get(field) ?? null))
        this.said.push(`its history ends in another ${field} than its row`);
    return this.said;
  }
}

/** A line of all custom fields at once, as they were written first, as one of each. */
function* linesOf(line: Line, state: ReadonlyMap<string, string | null>): Generator<Line> {
  if (line.field !== 'customFields') return yield line;
  const [was, is] = [line.oldValue, line.newValue].map((text) => JSON.parse(text ?? '{}') as Fields);
  const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
  for (const field of [...keys].map((key) => `customFields.${key}`)) {
    const valueIn = (fields: Fields = {}) => asText(fields[field.slice('customFields.'.length)]);
    if (state.get(field) !== valueIn(is) || valueIn(was) !== valueIn(is))
      yield { ...line, field, oldValue: valueIn(was), newValue: valueIn(is) };
  }
}

/** Each field as text, those that are a project's own apart. */
const textsOf = (ticket: Fields): Map<string, string | null> =>
  new Map(
    Object.entries(ticket).flatMap(([field, value]) =>
      field === 'customFields'
        ? Object.entries(value as Fields).map(([key, own]): [string, string | null] => [`${field}.${key}`, asText(own)])
        : [[field, asText(value)] as [string, string | null]],
    ),
  );
