import { afterEach, beforeEach, expect, it } from 'vitest';
import { addMember } from '../../../server/features/projects/commands/addMember.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { AppError } from '../../../server/kernel/errors.js';
import { aProject, defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';
import { aHub, until } from '../liveWorld.js';
import { everything, QueryTap } from './queryTap.js';
import { truth } from './truth.js';

const SECRET = 'canary';

describeEachDialect('who may see a live query', (dialect) => {
  let world: TicketWorld;
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
    await defineFields(world, world.project, { note: 'TEXT' });
  });
  afterEach(() => world.close());

  const open = (person: TicketWorld['ann'], more: Partial<typeof everything> = {}) =>
    new QueryTap(world.deps.hub, person, { ...everything, projectId: world.project.id, ...more });
  const whole = (tap: QueryTap) => until(() => tap.view.isWhole);

  it('is for a customer what they reported, without what stays among staff, to the last byte', async () => {
    const { customer, ann } = world;
    const mine = { reporterId: customer.userId, storyPoints: 8, customFields: { note: SECRET } };
    const { id } = await aTicket(world, { title: 'Mine', ...mine });
    await aTicket(world, { title: SECRET });
    const [tap, urgent] = [open(customer), open(customer, { filter: { priority: ['URGENT'] } })];
    await Promise.all([whole(tap), whole(urgent)]);

    await aTicket(world, { title: `${SECRET} of another`, reporterId: world.otherCustomer.userId });
    await patchTicket(world, ann, id, {
      customFields: { note: `${SECRET} 2` },
      priority: 'URGENT',
      requiredSkillId: null,
    });
    await until(() => urgent.titles.length === 1);
    await patchTicket(world, ann, id, { priority: 'LOW', title: 'Mine still' });
    await until(() => tap.titles.includes('Mine still') && urgent.titles.length === 0);
    await Promise.all([tap.stop(), urgent.stop()]);

    expect(`${tap.text}${urgent.text}`).not.toContain(SECRET);
    expect(tap.view).toEqual({ ...(await truth(world.db, customer, tap.asked)), isWhole: true });
    // What leaves is told by its id and nothing else.
    expect(urgent.items.at(-1)).toEqual({
      kind: 'delta',
      upserts: [],
      removes: [id],
      counts: { total: 0, byStatus: { OPEN: 0 }, byAssignee: {} },
    });
  });

  it('finds nothing for a customer by what only staff know', async () => {
    const { id: requiredSkill } = await createSkill(world.deps, world.admin, { name: 'Plumbing', aliases: [] });
    await aTicket(world, { title: 'Mine', reporterId: world.customer.userId, requiredSkillId: requiredSkill });
    const tap = open(world.customer, { filter: { requiredSkill } });
    await whole(tap);
    await tap.stop();

    expect(tap.view.counts.total).toBe(0);
  });

  it('ends with FORBIDDEN for who leaves the project, and nothing goes out that came after', async () => {
    const { deps, admin, ann, project } = world;
    const tap = open(ann);
    await whole(tap);
    tap.pause();
    await aTicket(world, { title: 'While away' }, admin);
    await new Promise((resolve) => setTimeout(resolve, 50));

    await removeMember(deps, admin, { projectId: project.id, userId: ann.userId });
    tap.resume();
    await tap.ended();

    expect(tap.error).toBeInstanceOf(AppError);
    expect((tap.error as AppError).code).toBe('FORBIDDEN');
    expect(tap.text).not.toContain('While away');
  });

  it('changes with the role: who becomes a customer holds only their own from then on', async () => {
    const { deps, admin, ann, project } = world;
    await aTicket(world, { title: 'Of Ann', customFields: { note: SECRET }, reporterId: ann.userId });
    await aTicket(world, { title: 'Of others', reporterId: world.customer.userId });
    const tap = open(ann);
    await whole(tap);
    const before = tap.items.length;

    await setMemberRole(deps, admin, { projectId: project.id, userId: ann.userId, role: 'CUSTOMER' });
    await until(() => tap.titles.length === 1);
    const since = JSON.stringify(tap.items.slice(before));
    await setMemberRole(deps, admin, { projectId: project.id, userId: ann.userId, role: 'MEMBER' });
    await until(() => tap.titles.length === 2);
    await tap.stop();

    expect(since).not.toContain(SECRET);
    expect(since).not.toContain('Of others');
    expect(tap.view).toEqual({ ...(await truth(world.db, ann, tap.asked)), isWhole: true });
  });

  it('spans all projects of a person, as they join and leave them', async () => {
    const { deps, admin, ann, foreign } = world;
    await aTicket(world, { title: 'Here' });
    await aTicket(world, { title: 'There', projectId: foreign.id }, admin);
    const tap = open(ann, { projectId: null });
    await whole(tap);
    const begun = tap.titles;

    await addMember(deps, admin, { projectId: foreign.id, userId: ann.userId, role: 'MEMBER' });
    await until(() => tap.titles.length === 2);
    await aTicket(world, { title: 'There too', projectId: foreign.id }, admin);
    await aTicket(world, { title: 'Here too' });
    await until(() => tap.titles.length === 4);
    const joined = [...tap.titles];
    await removeMember(deps, admin, { projectId: foreign.id, userId: ann.userId });
    await until(() => tap.titles.length === 2);
    await tap.stop();

    expect(begun).toEqual(['Here']);
    expect(joined).toEqual(['Here too', 'There too', 'There', 'Here']);
    expect(tap.titles).toEqual(['Here too', 'Here']);
  });

  it('spans for an administrator also projects that are made later', async () => {
    const tap = open(world.admin, { projectId: null });
    await whole(tap);

    const { id: projectId } = await aProject(world, { lead: world.lead });
    await aTicket(world, { title: 'Brand new', projectId }, world.lead);
    await until(() => tap.titles.includes('Brand new'));
    await tap.stop();

    expect(tap.view).toEqual({ ...(await truth(world.db, world.admin, tap.asked)), isWhole: true });
  });

  it('is nothing, and stays open, for who is in no project', async () => {
    const { deps, admin, ann, foreign } = world;
    await removeMember(deps, admin, { projectId: world.project.id, userId: ann.userId });
    await aTicket(world, { title: 'There', projectId: foreign.id }, admin);
    const tap = open(ann, { projectId: null });
    await whole(tap);
    const begun = tap.titles;

    await addMember(deps, admin, { projectId: foreign.id, userId: ann.userId, role: 'MEMBER' });
    await until(() => tap.titles.length === 1);
    await tap.stop();

    expect(begun).toEqual([]);
  });
});
