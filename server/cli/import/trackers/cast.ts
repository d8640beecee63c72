import type { Note } from '../../../trackers/fields.js';
import type { ImportedTicket, PersonRef } from '../../../trackers/importedTicket.js';
import type { TrackerPerson } from './trackerPeople.js';

/** Who a person of the tracker is here. */
export type PersonOf = (ref: PersonRef) => Promise<TrackerPerson>;

/** Whom a ticket names, as far as they can be here what they are there. */
export interface Cast {
  readonly reporter: TrackerPerson | null;
  readonly holders: readonly TrackerPerson[];
  readonly watchers: readonly TrackerPerson[];
  readonly kept: readonly Note[];
}

export async function castOf(personOf: PersonOf, ticket: ImportedTicket): Promise<Cast> {
  const kept: Note[] = [];
  const those = async (column: string, refs: readonly PersonRef[], fits: (person: TrackerPerson) => boolean) => {
    const found = new Map<string, TrackerPerson>();
    for (const ref of refs) {
      const person = await personOf(ref);
      if (fits(person)) found.set(person.userId, person);
      else kept.push({ column, value: ref.name, reason: 'is a person who cannot be that in this project' });
    }
    return [...found.values()];
  };
  const reporters = await those('Reporter', ticket.reporter ? [ticket.reporter] : [], ({ isInside }) => isInside);
  return {
    reporter: reporters[0] ?? null,
    holders: await those('Assignee', ticket.assignees, ({ canHold }) => canHold),
    watchers: await those('Watcher', ticket.watchers, ({ isStaff }) => isStaff),
    kept,
  };
}
