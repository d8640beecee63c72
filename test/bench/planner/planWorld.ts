import { Agent } from 'node:http';
import pLimit from 'p-limit';
import { limitOf } from '../../../contract/planning.js';
import type { PlanInput } from '../../../server/planner/planInput.js';
import { idOf as plannedIdOf } from '../../planner/randomInput.js';
import { post } from '../post.js';
import { idOf, size } from '../world.js';

/** Somebody who asks a server, over connections that stay open. */
export interface Asker {
  readonly mutate: <Reply>(path: string, input: object) => Promise<Reply>;
  readonly query: <Reply>(path: string, input: object) => Promise<Reply>;
  readonly close: () => void;
}

interface Answer<Reply> {
  readonly result?: { readonly data: Reply };
  readonly error?: object;
}

export function askerOf(url: string, token: string): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const dataOf = <Reply>({ result, error }: Answer<Reply>): Reply => {
    if (!result) throw new Error(`refused: ${JSON.stringify(error)}`);
    return result.data;
  };
  return {
    mutate: async <Reply>(path: string, input: object) =>
      dataOf(await post<Answer<Reply>>(agent, `${url}/trpc/${path}`, token, input)),
    query: async <Reply>(path: string, input: object) => {
      const asked = `${url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
      const answer = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
      return dataOf((await answer.json()) as Answer<Reply>);
    },
    close: () => agent.destroy(),
  };
}

const AT_ONCE = 8;
/** What everybody of the bench's world has to do before any plan. */
const LOAD = (size.held / size.people) * size.storyPoints;

/** One after the other, and their ids. */
export async function makeSkills({ mutate }: Asker, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let nth = 1; nth <= count; nth++)
    ids.push((await mutate<{ id: string }>('skills.create', { name: `Skill ${nth}` })).id);
  return ids;
}

/** A project of the input's tickets; its people are the first of the bench's world. Ids are in the input's order, so that ties are settled alike in every run. */
export async function makeProject(
  { mutate }: Asker,
  { tickets, people }: PlanInput,
  nth: number,
  skillOf: ReadonlyMap<string, string>,
): Promise<string> {
  const draft = { key: `PLAN${nth}`, name: `Plan ${nth}` };
  const { id: projectId } = await mutate<{ id: string }>('projects.create', draft);
  const inTurn = pLimit(AT_ONCE);
  const [, ...others] = people;
  await Promise.all(
    others.map((_, at) =>
      inTurn(() => mutate('projects.members.add', { projectId, userId: idOf('user', at + 2), role: 'MEMBER' })),
    ),
  );
  const drafts = tickets.map(({ title, priority, storyPoints, dueDate, requiredSkillId }, at) => ({
    ticketId: plannedIdOf(0x100 + nth, at),
    projectId,
    title,
    priority,
    storyPoints,
    requiredSkillId: skillOf.get(requiredSkillId ?? '') ?? null,
    // Nothing is overdue, whenever this runs.
    dueDate: dueDate?.replace(/^\d+/, '2099') ?? null,
  }));
  await Promise.all(drafts.map((ticket) => inTurn(() => mutate('tickets.create', ticket))));
  return projectId;
}

/** Gives people the skills, years and room that they have in the input, beside what they have to do already. */
export async function makePeople(
  { mutate }: Asker,
  { people }: PlanInput,
  skillOf: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [at, person] of people.entries()) {
    const { availability, experienceYears } = person;
    const room = limitOf(person) - person.workload;
    const capacity = Math.max(0, Math.ceil((room + LOAD) / availability));
    const skills = person.skills.map(({ skillId, level }) => ({ skillId: skillOf.get(skillId) ?? '', level }));
    const patch = { availability, experienceYears, capacity, skills };
    await mutate('developers.update', { developerId: idOf('developer', at + 1), patch });
  }
}
