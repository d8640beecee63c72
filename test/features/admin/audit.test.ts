import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditActions, auditEntities, AuditInput, type AuditEntry as Presented } from '../../../contract/audit.js';
import { CreateCommentInput } from '../../../contract/comment.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { AuditEntry } from '../../../server/db/models/AuditEntry.js';
import { adHoc } from '../../../server/db/statement.js';
import { auditStatement, listAudit } from '../../../server/features/admin/audit.queries.js';
import { changePassword } from '../../../server/features/auth/commands/changePassword.js';
import { createApiKey } from '../../../server/features/auth/commands/createApiKey.js';
import { logoutAll } from '../../../server/features/auth/commands/logoutAll.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../../server/features/comments/commands/updateComment.js';
import { createDepartment } from '../../../server/features/departments/commands/createDepartment.js';
import { updateDepartment } from '../../../server/features/departments/commands/updateDepartment.js';
import { updateDeveloper } from '../../../server/features/developers/commands/updateDeveloper.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import { newId } from '../../../server/kernel/ids.js';
import { developerOf } from '../../access/places/people.js';
import { aCustomer, anAgent, aProject, join, signIn } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { parsed } from '../../support/ticketWorld.js';
import { aWorld, PASSWORD, type World } from '../../support/world.js';

const DAY_MS = 86_400_000;

describeEachDialect('the audit log', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  const page = (filter: object) => listAudit(world.db, world.admin, AuditInput.parse(filter));
  /** What a log says, oldest first. */
  const told = async (filter: object): Promise<Presented[]> =>
    (await page({ ...filter, limit: 200 })).items.toReversed();
  const deeds = async (filter: object) => (await told(filter)).map(({ entity, action }) => `${entity} ${action}`);

  it('says who did what, by which session, how it was and how it is: of a change what differs', async () => {
    const { actor } = await signIn(world, world.admin);
    const { id } = await createDepartment(world.deps, actor, { name: 'Night', description: 'At night', active: true });
    await updateDepartment(world.deps, actor, { departmentId: id, patch: { name: 'Late', active: true } });
    await updateDepartment(world.deps, actor, { departmentId: id, patch: { name: 'Late' } });

    const by = { actorId: actor.userId, actorName: actor.name, sessionId: actor.sessionId, projectId: null };
    expect(await told({ entityId: id })).toEqual([
      {
        ...by,
        id: expect.any(String),
        at: expect.any(String),
        procedure: 'departments.create',
        entity: 'DEPARTMENT',
        entityId: id,
        action: 'CREATED',
        before: null,
        after: { name: 'Night', description: 'At night', active: true },
      },
      expect.objectContaining({ ...by, action: 'UPDATED', before: { name: 'Night' }, after: { name: 'Late' } }),
    ]);
  });

  it('tells of people: what they are, where they are members, how they come in', async () => {
    const person = await anAgent(world);
    const project = await aProject(world, { members: [person] });
    const { actor } = await signIn(world, person);
    const key = await createApiKey(world.deps, actor, { name: 'robot', scopes: ['read'] });
    await setUserRole(world.deps, world.admin, { userId: person.userId, role: 'CUSTOMER' });
    await deactivateUser(world.deps, world.admin, { userId: person.userId });

    expect(await deeds({ entityId: person.userId })).toEqual([
      'USER CREATED',
      'MEMBER CREATED',
      'USER ROLE_CHANGED',
      'MEMBER ROLE_CHANGED',
      'USER DEACTIVATED',
    ]);
    expect(await told({ entityId: person.userId, entity: 'MEMBER', action: 'ROLE_CHANGED' })).toMatchObject([
      { projectId: project.id, before: { role: 'MEMBER' }, after: { role: 'CUSTOMER' }, actorId: world.admin.userId },
    ]);
    expect(await deeds({ entityId: actor.sessionId })).toEqual(['SESSION CREATED', 'SESSION REVOKED']);
    expect(await told({ entityId: key.id })).toMatchObject([
      { action: 'CREATED', after: { name: 'robot', scopes: ['read'] }, actorId: person.userId },
      { action: 'REVOKED', before: { name: 'robot' }, after: null, actorId: world.admin.userId },
    ]);
  });

  it('keeps the words of comments that are edited or deleted, and the levels of skills', async () => {
    const { id: projectId } = await aProject(world);
    const draft = parsed(CreateTicketInput, { projectId, title: 'A ticket' });
    const { id: ticketId } = await createTicket(world.deps, world.admin, draft);
    const said = parsed(CreateCommentInput, { ticketId, content: 'First words' });
    const { id: commentId } = await createComment(world.deps, world.admin, said);
    await updateComment(world.deps, world.admin, { commentId, patch: { content: 'Second words' } });
    await deleteComment(world.deps, world.admin, { commentId });
    const developerId = await developerOf(world, await anAgent(world));
    const { id: skillId } = await createSkill(world.deps, world.admin, { name: 'Latin', aliases: [] });
    await updateDeveloper(world.deps, world.admin, { developerId, patch: { skills: [{ skillId, level: 3 }] } });

    expect(await told({ entityId: commentId })).toMatchObject([
      { projectId, action: 'UPDATED', before: { content: 'First words' }, after: { content: 'Second words' } },
      { projectId, action: 'DELETED', before: { content: 'Second words', visibility: 'PUBLIC' }, after: null },
    ]);
    expect(await told({ entityId: developerId, action: 'UPDATED' })).toMatchObject([
      { before: { skills: [] }, after: { skills: [{ skillId, level: 3, name: 'Latin' }] } },
    ]);
  });

  it('never holds a password, a token, a key, or a hash of one', async () => {
    const person = await anAgent(world);
    const { actor, accessToken, refreshToken } = await signIn(world, person);
    const { key } = await createApiKey(world.deps, actor, { name: 'k', scopes: ['write'] });
    const newPassword = 'another long password';
    await changePassword(world.deps, actor, '::1', { currentPassword: PASSWORD, newPassword });
    await logoutAll(world.deps, actor);
    const hashes = await world.db.all<{ hash: string }>(
      adHoc(`SELECT password_hash AS hash FROM users UNION ALL SELECT token_hash FROM refresh_tokens
        UNION ALL SELECT key_hash FROM api_keys`),
      [],
    );
    const text = JSON.stringify(await world.db.all(adHoc('SELECT * FROM audit_log'), []));

    expect(await deeds({ actorId: person.userId })).toContain('USER PASSWORD_CHANGED');
    const secrets = [PASSWORD, newPassword, accessToken, refreshToken, key, ...hashes.map(({ hash }) => hash)];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThan(8);
  });

  it('leaves with the command that failed', async () => {
    const lead = await anAgent(world);
    await aProject(world, { lead });
    const before = await deeds({ entityId: lead.userId });

    const attempt = setUserRole(world.deps, world.admin, { userId: lead.userId, role: 'CUSTOMER' });

    await expect(attempt).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await deeds({ entityId: lead.userId })).toEqual(before);
  });

  it('is never changed, whoever asks the database to', async () => {
    const attempt = world.db.all(adHoc(`UPDATE audit_log SET actor_name = 'nobody'`), []);

    await expect(attempt).rejects.toThrow(/never changed/);
  });

  it('is for administrators alone', async () => {
    for (const actor of [await anAgent(world), await aCustomer(world)])
      await expect(listAudit(world.db, actor, AuditInput.parse({}))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is found by each filter and by all together, page by page, newest or oldest first', async () => {
    const member = await anAgent(world);
    const { id: projectId } = await aProject(world, { members: [member] });
    await join(world, { id: projectId }, await anAgent(world), 'MEMBER');
    const all = (await told({})).toReversed();
    const [oldest, newest] = [all.at(-1)!, all[0]!];
    const fits: Readonly<Record<string, [object, (line: Presented) => boolean]>> = {
      entity: [{ entity: 'MEMBER' }, ({ entity }) => entity === 'MEMBER'],
      actor: [{ actorId: world.admin.userId }, ({ actorId }) => actorId === world.admin.userId],
      project: [{ projectId }, (line) => line.projectId === projectId],
      action: [{ action: 'CREATED' }, ({ action }) => action === 'CREATED'],
      time: [{ from: all[9]!.at, to: newest.at }, ({ at }) => at >= all[9]!.at && at < newest.at],
      everything: [
        {
          projectId,
          entity: 'MEMBER',
          entityId: member.userId,
          action: 'CREATED',
          actorId: world.admin.userId,
          from: oldest.at,
        },
        (line) => line.projectId === projectId && line.entityId === member.userId,
      ],
    };
    const walk = async (filter: object) => {
      const walked: Presented[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const next = await page({ ...filter, limit: 7, ...(cursor === '' ? {} : { cursor }) });
        walked.push(...next.items);
        cursor = next.nextCursor;
      }
      return walked;
    };
    for (const [name, [filter, isIn]] of Object.entries(fits)) {
      const walked = await walk(filter);

      expect(walked, name).toEqual(all.filter(isIn));
      expect(walked.length, name).toBeGreaterThan(0);
      expect(await walk({ ...filter, sort: { by: 'at', dir: 'asc' } }), name).toEqual(walked.toReversed());
    }
    await expect(page({ cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('reads a range of one index for each filter, however long it is', async () => {
    const { id: projectId } = await aProject(world);
    const people = [await anAgent(world), await anAgent(world), world.admin];
    const lines = Array.from({ length: 6_000 }, (_, nth) => ({
      id: newId(),
      at: new Date(Date.now() - DAY_MS + nth * 1_000),
      actorId: people[nth % 40 === 0 ? 0 : 1 + (nth % 2)]!.userId,
      actorName: 'Somebody',
      procedure: 'x',
      entity: auditEntities[(nth * 7) % auditEntities.length]!,
      entityId: newId(),
      projectId: nth % 50 === 0 ? projectId : null,
      action: auditActions[(nth * 3) % auditActions.length]!,
      after: { name: 'x' },
    }));
    await AuditEntry.bulkCreate(lines);
    await world.db.sequelize.query('ANALYZE audit_log');
    const [entity, action] = ['SKILL', 'UPDATED'];
    const one = { actorId: people[0]!.userId, entityId: lines[0]!.entityId };
    const wanted: [object, string][] = [
      [{}, 'at'],
      [{ from: lines[10]!.at.toISOString(), to: lines[5_000]!.at.toISOString() }, 'at'],
      [{ entityId: one.entityId }, 'entity_id'],
      [{ ...one, entity, action, projectId }, 'entity_id'],
      [{ actorId: one.actorId }, 'actor'],
      [{ actorId: one.actorId, entity, action }, 'actor'],
      [{ projectId }, 'project'],
      [{ projectId, entity, from: lines[10]!.at.toISOString() }, 'project'],
      [{ entity }, 'entity'],
      [{ action }, 'action'],
      [{ entity, action }, 'entity_action'],
    ];
    const upwards = { sort: { by: 'at', dir: 'asc' } };
    for (const [filter, index] of wanted.flatMap(([of, by]) => [
      [of, by] as const,
      [{ ...of, ...upwards }, by] as const,
    ])) {
      const { statement, values } = auditStatement(AuditInput.parse(filter));
      const explain = dialect === 'postgres' ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
      const plan = JSON.stringify(
        await world.db.all(
          adHoc((d) => `${explain} ${statement.text(d)}`),
          values,
        ),
      );

      expect(plan, JSON.stringify(filter)).toMatch(new RegExp(`audit_log_${index}\\b`));
      // The few that several filters leave may be put in order afterwards.
      const isOne = Object.keys(filter).filter((name) => name !== 'sort').length < 2;
      expect(plan, JSON.stringify(filter)).not.toMatch(isOne ? /seq scan|b-tree|sort/i : /seq scan|b-tree/i);
    }
  });
});
