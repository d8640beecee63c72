import { limitOf } from '../../contract/planning.js';
import type { PlanInput, PlanPerson } from './planInput.js';

/** A person as the planner reckons with them. */
export interface Person {
  readonly person: PlanPerson;
  /** Points that they may have in all. */
  readonly limit: number;
  /** Points of load at which each segment of the weights ends. */
  readonly segmentEnds: readonly number[];
  /** By id. */
  readonly levels: ReadonlyMap<string, number>;
  readonly ofReporter: ReadonlyMap<string, number>;
  readonly ofProject: ReadonlyMap<string, number>;
  readonly projectIds: ReadonlySet<string>;
  readonly rejected: ReadonlySet<string>;
}

export function personOf(person: PlanPerson, { weights, continuity, rejectedPairs }: PlanInput): Person {
  const limit = limitOf(person);
  const handled = (kind: 'REPORTER' | 'PROJECT') =>
    new Map(
      continuity
        .filter((row) => row.developerId === person.id && row.kind === kind)
        .map(({ of, tickets }) => [of, tickets] as const),
    );
  return {
    person,
    limit,
    segmentEnds: weights.load.map(({ upTo }) => Math.floor((limit * upTo) / 100)),
    levels: new Map(person.skills.map(({ skillId, level }) => [skillId, level])),
    ofReporter: handled('REPORTER'),
    ofProject: handled('PROJECT'),
    projectIds: new Set(person.projectIds),
    rejected: new Set(
      rejectedPairs.filter(({ developerId }) => developerId === person.id).map(({ ticketId }) => ticketId),
    ),
  };
}
