import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allChecks, validate } from '../../server/integrity/validate.js';
import { adHoc, type RunStatement } from '../../server/db/statement.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { CreateCommentInput } from '../../contract/comment.js';
import { removeAssignment } from '../../server/features/assignments/commands/removeAssignment.js';
import { deleteMessage } from '../../server/features/messages/commands/deleteMessage.js';
import { linkTickets } from '../../server/features/tickets/commands/linkTickets.js';
import { tagTicket } from '../../server/features/tickets/commands/tagTicket.js';
import { mergeTickets } from '../../server/features/tickets/commands/mergeTickets.js';
import { newId } from '../../server/kernel/ids.js';
import { aFileWorld, someBytes, type FileWorld } from '../features/attachments/fileWorld.js';
import { defineFields } from '../support/people.js';
import { aProposal } from '../support/proposals.js';
import { describeEachDialect } from '../support/services.js';
import { aPrivateChannel, directly, say } from '../support/talk.js';
import { aTicket, give, parsed, patchTicket } from '../support/ticketWorld.js';
import { contradictions } from './contradictions.js';

describeEachDialect('the search for contradictions', (dialect) => {
  let world: FileWorld;
  beforeAll(async () => {
    world = await aFileWorld(dialect);
    await world.db.sequelize.query(`UPDATE users SET name = 'Bob Agent' WHERE id = '${world.bob.userId}'`);
    await world.db.sequelize.query(`UPDATE users SET name = 'Cyd Agent' WHERE id = '${world.cyd.userId}'`);
    await world.db.sequelize.query(`UPDATE users SET name = 'Kim Customer' WHERE id = '${world.customer.userId}'`);
    await defineFields(world, world.project, { a: 'NUMBER', b: 'NUMBER' });
    const held = await aTicket(world, { title: 'Held', storyPoints: 3, customFields: { b: 1, a: 2 } });
    await give(world, held, world.ann);
    await give(world, held, world.bob);
    await tagTicket(world.deps, world.lead, { ticketId: held.id, tags: ['x'] });
    await patchTicket(world, world.ann, held.id, { priority: 'HIGH', customFields: { b: 2, a: 2 } });
    const free = await aTicket(world, { title: 'Free', parentId: held.id });
    await aTicket(world, { title: 'Foreign', projectId: world.foreign.id }, world.admin);
    const merged = await aTicket(world, { title: 'Merged' });
    const { id: assignmentId } = await give(world, merged, world.ann);
    await removeAssignment(world.deps, world.lead, { assignmentId });
    await mergeTickets(world.deps, world.lead, { ticketId: merged.id, intoId: held.id });
    await linkTickets(world.deps, world.lead, { ticketId: held.id, otherId: free.id, type: 'BLOCKS' });
    await aProposal(world, world.project.id, free.id, world.cyd.userId);
    for (const visibility of ['PUBLIC', 'INTERNAL'] as const) {
      const input = { ticketId: held.id, content: 'Yes', visibility };
      await createComment(world.deps, world.bob, parsed(CreateCommentInput, input));
    }
    await world.attach(world.ann, held, someBytes(100));
    const secret = await aPrivateChannel(world, [world.bob]);
    const direct = await directly(world, world.ann, world.bob);
    for (const conversation of [secret, direct]) {
      await say(world, world.ann, conversation);
      const { id: messageId } = await say(world, world.ann, conversation);
      await deleteMessage(world.deps, world.ann, { messageId });
    }
  });
  afterAll(() => world.close());

  const look = async (all: RunStatement = world.db.all) => {
    const { dialect: of, file } = world.db;
    const place = { all, dialect: of, file, store: world.deps.files.store, now: new Date() };
    return (await validate(place)).map(({ name, examples }) => ({ name, examples }));
  };
  /** What is found while this is so, and then not any more. */
  const foundWith = async (statements: readonly string[]) => {
    const undo = new Error('undo');
    let found: Awaited<ReturnType<typeof look>> = [];
    const trial = world.db.sequelize.transaction(async (transaction) => {
      const run = (sql: string) => world.db.sequelize.query(sql, { transaction, raw: true });
      await run(
        dialect === 'sqlite' ? 'PRAGMA defer_foreign_keys = ON' : 'SET LOCAL session_replication_role = replica',
      );
      for (const sql of statements) await run(sql);
      found = await look(world.db.on(transaction));
      throw undo;
    });
    await expect(trial).rejects.toBe(undo);
    return found;
  };

  it('finds none where there is none', async () => {
    expect(await look()).toEqual([]);
  });

  it.each(Object.entries(contradictions))('finds %s, and nothing else', async (_what, { [dialect]: sql, found }) => {
    const here = found.map((name) => name.split('@')).filter(([, only = dialect]) => only === dialect);

    expect((await foundWith(sql)).map(({ name }) => name).toSorted()).toEqual(
      here.map(([name = '']) => name).toSorted(),
    );
  });

  it('finds bytes that are missing, bytes that are others, and bytes of nobody once they have settled', async () => {
    const [{ id } = { id: '' }] = await world.db.all<{ id: string }>(adHoc('SELECT id FROM stored_files'), []);
    const path = (name: string) => join(world.folder, 'files', name.slice(-2), name);
    const bytes = await readFile(path(id));

    await writeFile(path(id), Buffer.concat([bytes, bytes]));
    expect(await look()).toEqual([{ name: 'files.there', examples: [`${id}: its bytes are others`] }]);
    await rm(path(id));
    expect(await look()).toEqual([{ name: 'files.there', examples: [`${id}: it is not there`] }]);
    await writeFile(path(id), bytes);

    const stranger = newId();
    await mkdir(dirname(path(stranger)), { recursive: true });
    await writeFile(path(stranger), 'x');
    expect(await look()).toEqual([]);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(path(stranger), longAgo, longAgo);
    expect(await look()).toEqual([{ name: 'files.known', examples: [`${stranger}: no row tells of it`] }]);
    await rm(path(stranger));
  });
});

it('each check is shown to find something', () => {
  const found = new Set(
    Object.values(contradictions).flatMap(({ found: names }) => names.map((name) => name.split('@')[0])),
  );
  const elsewhere = /^(?:file|files\..*|discrepancies\..*|validations\..*|tickets\.times)$/;
  const left = allChecks.map(({ name }) => name).filter((name) => !found.has(name) && !elsewhere.test(name));

  expect(left).toEqual([]);
});
