import { afterAll, beforeAll, expect, it } from 'vitest';
import { SyncDevelopersInput } from '../../../contract/csvSync.js';
import { digestOf } from '../../../server/db/digest.js';
import { refreshWorkloads } from '../../../server/features/developers/commands/refreshWorkloads.js';
import { syncDevelopers } from '../../../server/features/developers/commands/syncDevelopers.js';
import { exportDevelopers } from '../../../server/features/developers/developerExport.queries.js';
import { listDevelopers } from '../../../server/features/developers/developers.queries.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import { newId } from '../../../server/kernel/ids.js';
import { anAgent } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

const HEADER = 'name,title,experience_years,current_workload,availability,skills';

describeEachDialect('developers of a CSV text', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());
  const sync = (lines: readonly string[], dryRun = false, actor = world.admin) =>
    syncDevelopers(world.deps, actor, SyncDevelopersInput.parse({ csv: lines.join('\n'), dryRun }));
  const named = async (text: string) =>
    (await listDevelopers(world.deps, world.admin, { limit: 50, text })).items.map(
      ({ name, title, experienceYears, availability, skills }) => ({
        name,
        title,
        experienceYears,
        availability,
        skills: skills.map((skill) => `${skill.name}:${skill.level}`),
      }),
    );

  it('are made, brought up to date, and the same text twice adds nothing', async () => {
    const [tag, skill] = [newId(), `React ${newId()}`];
    await createSkill(world.deps, world.admin, { name: skill, aliases: [`${skill}JS`] });
    await anAgent(world, `Ann ${tag}`);
    const csv = [HEADER, `Ann ${tag},Engineer,7.5,0,80%,${skill}js; New ${tag}:5`, `Bob ${tag},,2,9,1,`];

    const report = await sync(csv);

    expect(report).toMatchObject({ rows: 2, created: 1, updated: 1, unchanged: 0, refused: 0 });
    expect(report.skillsCreated).toEqual([`New ${tag}`]);
    expect(report.ignored).toEqual([
      { line: 3, column: 'current_workload', value: '9', reason: 'is 0: it follows from tickets' },
    ]);
    expect(await named(tag)).toEqual([
      {
        name: `Ann ${tag}`,
        title: 'Engineer',
        experienceYears: 7.5,
        availability: 0.8,
        skills: [`New ${tag}:5`, `${skill}:3`],
      },
      { name: `Bob ${tag}`, title: null, experienceYears: 2, availability: 1, skills: [] },
    ]);
    const before = await digestOf(world.db.sequelize);
    expect(await sync(csv)).toMatchObject({ created: 0, updated: 0, unchanged: 2, refused: 0 });
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('have another version where a row changes them, and the same where it does not', async () => {
    const tag = newId();
    const table = (title: string) => [HEADER, `Ida ${tag},${title},,,,`, `Jim ${tag},,,,,`];
    const versions = async () => {
      const { items } = await listDevelopers(world.deps, world.admin, { limit: 50, text: tag });
      return items.map(({ version }) => version);
    };
    await sync(table('Lead'));
    const [ida, jim] = await versions();
    await sync(table('Head'));

    expect(await versions()).toEqual([Number(ida) + 1, jim]);
  });

  it('come back from an export as they are, whatever a spreadsheet would take for a formula', async () => {
    const tag = newId();
    await sync([HEADER, `"=Eva, ""E"" ${tag}",-1,0.5,0,1,"One ${tag}; Two ${tag}:4"`, `'=Ole ${tag},,,,,`]);
    const { text, developers, nextCursor } = await exportDevelopers(world.deps, world.ann, {});

    expect(nextCursor).toBeNull();
    expect(text).toContain(`"'=Eva, ""E"" ${tag}",'-1,0.5,0,1,One ${tag}; Two ${tag}:4\r\n`);
    const before = await digestOf(world.db.sequelize);
    const again = await syncDevelopers(world.deps, world.admin, SyncDevelopersInput.parse({ csv: text }));
    expect(again).toMatchObject({ rows: developers, unchanged: developers, ignored: [] });
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('are refused row by row, and rehearsed without a trace', async () => {
    const tag = newId();
    const gone = await anAgent(world, `Gone ${tag}`);
    await setUserRole(world.deps, world.admin, { userId: gone.userId, role: 'CUSTOMER' });
    const csv = [
      HEADER,
      `Ok ${tag},,1,,1,Rare ${tag}`,
      ',,1,,1,',
      `A ${tag},,90,,1,`,
      `B ${tag},,1,,1.5,`,
      `C ${tag},,1,,1,SQL:9`,
      `Ok ${tag},,2,,1,`,
      `Gone ${tag},,1,,1,`,
      `D ${tag},ragged`,
    ];
    const before = await digestOf(world.db.sequelize);

    const rehearsed = await sync(csv, true);

    expect(await digestOf(world.db.sequelize)).toEqual(before);
    expect(rehearsed).toMatchObject({ rows: 8, created: 1, refused: 7, skillsCreated: [`Rare ${tag}`] });
    expect(rehearsed.refusals.map(({ line, column }) => [line, column])).toEqual([
      [3, 'name'],
      [4, 'experience_years'],
      [5, 'availability'],
      [6, 'skills'],
      [7, 'name'],
      [8, 'name'],
      [9, null],
    ]);
    expect(await sync(csv)).toEqual({ ...rehearsed, dryRun: false });
  });

  it('are for administrators', async () => {
    await refusal(world, 'FORBIDDEN', () => sync([HEADER], false, world.lead));
    await refusal(world, 'FORBIDDEN', () => refreshWorkloads(world.deps, world.lead, {}));
    await refusal(world, 'FORBIDDEN', () => exportDevelopers(world.deps, world.customer, {}));
    await refusal(world, 'BAD_INPUT', () => sync(['title', 'Engineer']));
  });

  it('get back the workload that their tickets make', async () => {
    const ticket = await aTicket(world, { storyPoints: 8 });
    await give(world, ticket, world.bob);
    expect(await refreshWorkloads(world.deps, world.admin, {})).toEqual({ corrected: [] });
    await rows(world, 'UPDATE developers SET current_workload = 3 WHERE user_id = $1', world.bob.userId);

    const { corrected } = await refreshWorkloads(world.deps, world.admin, {});

    expect(corrected).toEqual([{ developerId: expect.any(String), name: 'Bob Agent', before: 3, after: 8 }]);
    expect(await refreshWorkloads(world.deps, world.admin, {})).toEqual({ corrected: [] });
  });
});
