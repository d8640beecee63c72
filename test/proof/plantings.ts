import type { CheckName } from './checker/violation.js';
import type { Storm } from './storm/runStorm.js';

export interface Planting {
  /** What the checker must call it. */
  readonly expected: CheckName;
  /** A bug in the program: a name of plants.ts. */
  readonly plant?: string;
  /** A bug in the database: what is done to it before the nodes start. */
  readonly spoil?: readonly string[];
  /** Where it shows, when not in what writers do by themselves. */
  readonly races?: NonNullable<Storm['races']>;
  /** Not asked for in every run of `ci`. */
  readonly isLong?: true;
}

/** Runs `body` at every `count`th row that a statement touches. */
const atEvery = (count: number, table: string, when: string, body: string): readonly string[] => [
  'CREATE SEQUENCE planted',
  `CREATE FUNCTION plant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     IF nextval('planted') % ${count} = 0 THEN ${body} END IF; RETURN NEW; END $$`,
  `CREATE TRIGGER planted ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION plant()`,
];

const inApprovals = { races: { count: 8, rounds: ['approvals'] }, isLong: true } as const;

/** Bugs of the kinds that one would rather not have, each of which must be found under its own name. */
export const plantings: Readonly<Record<string, Planting>> = {
  'published before COMMIT': { expected: 'PHANTOM', plant: 'publishBeforeCommit' },
  'every 200th event dropped': { expected: 'STREAM', plant: 'dropEvery200th' },
  'two events swapped': { expected: 'STREAM', plant: 'swapTwo' },
  'numbers that do not wait for COMMIT': { expected: 'STREAM', plant: 'numberOutsideOfTransaction' },
  'no unique index, and a span that does not end': {
    expected: 'ASSIGN',
    spoil: [
      'DROP INDEX assignments_one_primary',
      'DROP INDEX assignments_one_active_per_assignee',
      ...atEvery(4, 'assignments', 'BEFORE UPDATE OF status', "IF OLD.status = 'ACTIVE' THEN RETURN NULL; END IF;"),
    ],
  },
  'a workload that is not taken off': {
    expected: 'ASSIGN',
    spoil: atEvery(
      1,
      'developers',
      'BEFORE UPDATE',
      'NEW.current_workload := greatest(NEW.current_workload, OLD.current_workload);',
    ),
  },
  'a retry that is done again': { expected: 'ONCE', plant: 'forgetKeys' },
  'access checked at the start only': { expected: 'ACL', plant: 'checkAccessAtStart' },
  'an error, and written all the same': { expected: 'PHANTOM', plant: 'failAfterCommit' },
  'a row without its parent': {
    expected: 'ORPHAN',
    spoil: [
      // The keys stay declared, and nobody looks at them.
      'ALTER TABLE comments DISABLE TRIGGER ALL',
      ...atEvery(
        5,
        'comments',
        'AFTER INSERT',
        `INSERT INTO comments (id, ticket_id, user_id, content, visibility, created_at, updated_at) VALUES
           (gen_random_uuid(), gen_random_uuid(), NEW.user_id, NEW.content, NEW.visibility, NEW.created_at, NEW.updated_at);`,
      ),
    ],
  },
  'a version that is skipped': {
    expected: 'CHAIN',
    spoil: atEvery(10, 'tickets', 'BEFORE UPDATE', 'NEW.version := NEW.version + 1;'),
  },
  'a merge that holds one of its two tickets': {
    expected: 'CHAIN',
    plant: 'holdOneOfTwo',
    races: { count: 4, rounds: ['mergers'] },
  },
  'resumed one event too late': { expected: 'STREAM', plant: 'resumeOneLate' },
  'approved without holding the workload': { ...inApprovals, expected: 'ASSIGN', plant: 'readWorkloadsUnlocked' },
  'approved without asking for room': { ...inApprovals, expected: 'ASSIGN', plant: 'haveRoom' },
  'decided on again': {
    ...inApprovals,
    expected: 'ONCE',
    plant: 'forgetDecisions',
    spoil: ['DROP INDEX assignments_proposal'],
  },
};

/** A storm without faults in which each of them shows. */
export const plantedStorm = (seed: number, { plant, spoil, races }: Planting): Storm => ({
  seed,
  dialect: 'postgres',
  nodes: 1,
  writers: 8,
  pauseMs: 0,
  seats: { project: { sdk: 1, stock: 1, steady: 1, restless: 3 }, lists: 0 },
  leavers: 1,
  faults: [],
  calmMs: 0,
  leastMs: 2_000,
  mostMs: 60_000,
  leastOperations: 200,
  ...(plant !== undefined && { program: 'test/proof/planted/plantedNode.js', env: { PLANT: plant } }),
  ...(spoil && { spoil }),
  ...(races && { races, leavers: 0, leastMs: 0, leastOperations: 0 }),
});
