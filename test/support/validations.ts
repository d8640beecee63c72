import type { z } from 'zod';
import { AddBehavioralTestsInput, AddDiscrepanciesInput, AddResultInput } from '../../contract/finding.js';
import { CreateValidationInput } from '../../contract/validation.js';
import { addBehavioralTests } from '../../server/features/validations/commands/addBehavioralTests.js';
import { addDiscrepancies } from '../../server/features/validations/commands/addDiscrepancies.js';
import { addResult } from '../../server/features/validations/commands/addResult.js';
import { createSession } from '../../server/features/validations/commands/createSession.js';
import type { RowFields, RowPair } from '../../server/features/validations/compare/comparison.js';
import type { Actor } from '../../server/kernel/actor.js';
import { parsed, type TicketWorld } from './ticketWorld.js';
import type { World } from './world.js';

type Draft = Partial<z.input<typeof CreateValidationInput>>;

/** A session of the actor's, of no project unless one is named. */
export const aSession = ({ deps }: World, actor: Actor, draft: Draft = {}) =>
  createSession(
    deps,
    actor,
    parsed(CreateValidationInput, {
      name: 'A validation',
      sourceTechnology: 'Helpdesk',
      targetTechnology: 'Baton',
      ...draft,
    }),
  );

/** One in the world's project, by Ann unless another actor is named. */
export const aProjectSession = (world: TicketWorld, draft: Draft = {}, actor: Actor = world.ann) =>
  aSession(world, actor, { projectId: world.project.id, ...draft });

export const result = ({ deps }: World, actor: Actor, input: z.input<typeof AddResultInput>) =>
  addResult(deps, actor, parsed(AddResultInput, input));

type Found = z.input<typeof AddDiscrepanciesInput>['discrepancies'];
export const find = ({ deps }: World, actor: Actor, sessionId: string, discrepancies: Found) =>
  addDiscrepancies(deps, actor, parsed(AddDiscrepanciesInput, { sessionId, discrepancies }));

type Tests = z.input<typeof AddBehavioralTestsInput>['tests'];
export const test = ({ deps }: World, actor: Actor, sessionId: string, tests: Tests) =>
  addBehavioralTests(deps, actor, parsed(AddBehavioralTestsInput, { sessionId, tests }));

/** A difference at this path. */
export const differing = (path: string, expected: unknown = 'a', actual: unknown = 'b'): Found[number] => ({
  type: 'VALUE',
  sourcePath: path,
  targetPath: path,
  expected,
  actual,
});

/** Rows of both sides as one page of pairs; the same key on both is one pair. */
export async function* pagesOf(
  source: ReadonlyMap<string, RowFields>,
  target: ReadonlyMap<string, RowFields>,
): AsyncGenerator<RowPair[]> {
  const keys = [...new Set([...source.keys(), ...target.keys()])].toSorted();
  yield keys.map((key) => ({ key, source: source.get(key) ?? null, target: target.get(key) ?? null }));
}
