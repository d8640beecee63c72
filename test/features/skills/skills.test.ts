import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { updateSkill } from '../../../server/features/skills/commands/updateSkill.js';
import { listSkills } from '../../../server/features/skills/skills.queries.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAgent } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';

describeEachDialect('skills', (dialect) => {
  let world: World;
  const create = (name: string, aliases: string[] = []) => createSkill(world.deps, world.admin, { name, aliases });
  const update = (skillId: string, patch: object) => updateSkill(world.deps, world.admin, { skillId, patch });
  const names = async (input: object = {}) =>
    (await listSkills(world.deps, world.admin, { limit: 50, ...input })).items.map(({ name }) => name);

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('are listed by name and page, and found by name or alias', async () => {
    await create('TypeScript', ['TS', 'tsc']);
    await create('Billing');
    await create('PostgreSQL', ['Postgres']);

    expect(await names()).toEqual(['Billing', 'PostgreSQL', 'TypeScript']);
    expect(await names({ text: 'pos' })).toEqual(['PostgreSQL']);
    expect(await names({ text: 'TSC' })).toEqual(['TypeScript']);
    const { nextCursor } = await listSkills(world.deps, world.admin, { limit: 2 });
    expect(await names({ limit: 2, cursor: nextCursor })).toEqual(['TypeScript']);
  });

  it('have names and aliases that no other has, in any case or width', async () => {
    const kube = await create('Kubernetes', ['k8s', 'Größe']);

    for (const name of ['kubernetes', 'KUBERNETES', 'K8S', ' k8s ', 'ｋ8ｓ', 'GRÖSSE'.replace('SS', 'ß')])
      await expect(create(name)).rejects.toMatchObject({ code: 'DUPLICATE', details: { skillId: kube.id } });
    await expect(create('Helm', ['K8s'])).rejects.toMatchObject({ code: 'DUPLICATE', details: { name: 'k8s' } });
    await expect(create('Go', ['go'])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const docker = await create('Docker');
    await expect(update(docker.id, { aliases: ['KUBERNETES'] })).rejects.toMatchObject({ code: 'DUPLICATE' });
    expect(await update(kube.id, { name: 'KUBERNETES' })).toMatchObject({ aliases: ['k8s', 'Größe'] });
    expect(await update(kube.id, { aliases: [] })).toMatchObject({ name: 'KUBERNETES', aliases: [] });
    expect(await create('k8s')).toMatchObject({ name: 'k8s' });
  });

  it('stay apart when several are made at once', async () => {
    for (let round = 0; round < 5; round++) {
      const together = ['Rust', 'Oxide', 'Ferrous', 'Iron'].map((name) => `${name} ${round}`);
      const outcomes = await Promise.allSettled(together.map((name) => create(name, [`Metal ${round}`])));

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('are for staff to read and for administrators to write', async () => {
    const [agent, customer] = [await anAgent(world), await aCustomer(world)];

    expect((await listSkills(world.deps, agent, { limit: 1 })).items).toHaveLength(1);
    await expect(listSkills(world.deps, customer, { limit: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    for (const actor of [agent, customer]) {
      const creation = createSkill(world.deps, actor, { name: 'X', aliases: [] });
      await expect(creation).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const change = updateSkill(world.deps, actor, { skillId: newId(), patch: {} });
      await expect(change).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(update(newId(), {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
