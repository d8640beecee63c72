import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../contract/errors.js';
import { CreateCommentInput } from '../../contract/comment.js';
import { authenticate } from '../../server/features/auth/authenticate.js';
import { logout } from '../../server/features/auth/commands/logout.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { addMember } from '../../server/features/projects/commands/addMember.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { deactivateUser } from '../../server/features/users/commands/deactivateUser.js';
import { loadAccessFacts } from '../../server/features/auth/accessFacts.js';
import { AppError } from '../../server/kernel/errors.js';
import type { LoadFacts } from '../../server/realtime/access.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { Hub } from '../../server/realtime/hub.js';
import { signIn } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aTicket, aTicketWorld, parsed, type TicketWorld } from '../support/ticketWorld.js';
import { aHub, append, followFeed, followProject, until, type Tap } from './liveWorld.js';

const codeOf = (error: unknown): ErrorCode | null => (error instanceof AppError ? error.code : null);

/** How long a stream lived after `revoke` had committed, and how it ended. */
async function fate(tap: Tap, revoke: () => Promise<unknown>) {
  await until(() => tap.items.length > 0);
  await revoke();
  const begun = performance.now();
  await Promise.race([tap.ended(), new Promise((resolve) => setTimeout(resolve, 3_000))]);
  return { ms: performance.now() - begun, code: codeOf(tap.error) };
}

const paths = [
  ['told by the bus', (world: TicketWorld) => world.deps.hub, 250],
  ['found by polling', (world: TicketWorld) => aHub(world.deps), 1_000],
] as const;

describeEachDialect('losing access', (dialect) => {
  let world: TicketWorld;
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
  });
  afterEach(() => world.close());

  for (const [how, nodeOf, within] of paths) {
    describe(how, () => {
      let node: Hub;
      beforeEach(() => (node = nodeOf(world)));

      it('by being removed from the project ends its stream in time', async () => {
        const { deps, admin, ann, project } = world;
        const tap = followProject(node, ann, project.id);

        const { ms, code } = await fate(tap, () =>
          removeMember(deps, admin, { projectId: project.id, userId: ann.userId }),
        );

        expect(code).toBe('FORBIDDEN');
        expect(ms).toBeLessThan(within);
      });

      it('by signing out ends the streams of that session only', async () => {
        const { actor } = await signIn(world, world.ann);
        const { actor: elsewhere } = await signIn(world, world.ann);
        const bystander = followProject(node, elsewhere, world.project.id);
        const tap = followProject(node, actor, world.project.id);

        const { ms, code } = await fate(tap, () => logout(world.deps, actor, {}));
        const isAlive = bystander.error === null;
        await bystander.stop();

        expect(code).toBe('UNAUTHENTICATED');
        expect(ms).toBeLessThan(within);
        expect(isAlive).toBe(true);
      });

      it('by being deactivated ends every stream', async () => {
        const { deps, admin, ann, project } = world;
        const [own, projects] = [followFeed(node, ann), followProject(node, ann, project.id)];
        await until(() => own.items.length > 0);

        const { ms, code } = await fate(projects, () => deactivateUser(deps, admin, { userId: ann.userId }));
        await own.ended();

        expect([code, codeOf(own.error)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
        expect(ms).toBeLessThan(within);
      });
    });
  }

  it('lets nothing out that was written after it, also past the iterator', async () => {
    const { deps, admin, ann, project } = world;
    const tap = followProject(deps.hub, ann, project.id, undefined, true);
    await until(() => tap.items.length === 1);
    const before = await append(world, project.id);
    await until(() => tap.seqs.at(-1) === before);

    await Promise.all([
      removeMember(deps, admin, { projectId: project.id, userId: ann.userId }).then(() => append(world, project.id, 5)),
      tap.ended(),
    ]);

    expect(tap.seqs.filter((seq) => seq > before + 1)).toEqual([]);
    expect(codeOf(tap.error)).toBe('FORBIDDEN');
  });

  it('is sent nothing while it is not known what it may see now, unlike others', async () => {
    const { deps, admin, ann, project } = world;
    let isKnown: Promise<void> | null = null;
    let tell = () => {};
    const loadFacts: LoadFacts = async (userIds) => {
      if (userIds.includes(ann.userId)) await isKnown;
      return loadAccessFacts(deps.db, userIds);
    };
    const node = aHub(deps, { loadFacts, pollMs: 20 });
    const [tap, other] = [ann, admin].map((who) => followProject(node, who, project.id, undefined, true)) as [Tap, Tap];
    await until(() => [tap, other].every(({ items }) => items.length === 1));

    isKnown = new Promise((resolve) => (tell = resolve));
    await removeMember(deps, admin, { projectId: project.id, userId: ann.userId });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const known = other.seqs.length;
    const last = await append(world, project.id, 5);
    await until(() => other.seqs.at(-1) === last);
    const sent = tap.seqs.length;
    tell();
    await tap.ended();
    await other.stop();

    expect(sent).toBeLessThanOrEqual(known);
    expect(tap.seqs.filter((seq) => seq > last - 5)).toEqual([]);
    expect(codeOf(tap.error)).toBe('FORBIDDEN');
  });

  it('lets nothing out that was written after it, also to a reader that was being waited for', async () => {
    const { deps, admin, ann, project } = world;
    const tap = followProject(deps.hub, ann, project.id);
    await until(() => tap.items.length === 1);

    tap.pause();
    await append(world, project.id, 5);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await removeMember(deps, admin, { projectId: project.id, userId: ann.userId });
    await append(world, project.id, 5);
    tap.resume();
    await tap.ended();

    expect(tap.seqs).toEqual([]);
    expect(codeOf(tap.error)).toBe('FORBIDDEN');
  });
});

describeEachDialect('gaining access', (dialect) => {
  let world: TicketWorld;
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
  });
  afterEach(() => world.close());

  it('by a new session counts at once, also on a node that knows the person by an older one', async () => {
    const first = await signIn(world, world.ann);
    const old = followFeed(world.deps.hub, first.actor);
    await until(() => old.items.length > 0);

    const { actor } = await authenticate(world.deps, (await signIn(world, world.ann)).accessToken);
    const tap = followFeed(world.deps.hub, actor);
    await until(() => tap.items.length > 0);
    await Promise.all([old.stop(), tap.stop()]);

    expect([old.error, tap.error]).toEqual([null, null]);
  });

  it('by joining a project counts at once on a node that has not heard of it yet', async () => {
    const { deps, admin, ann, foreign } = world;
    const node = aHub(deps, { pollMs: 60_000 });
    const feed = followFeed(node, ann);
    await until(() => feed.items.length > 0);
    const mayEnter = () => node.allows(ann.userId, (facts) => facts.projects.has(foreign.id));

    const before = await mayEnter();
    await addMember(deps, admin, { projectId: foreign.id, userId: ann.userId, role: 'MEMBER' });
    const after = await mayEnter();
    await feed.stop();

    expect([before, after]).toEqual([false, true]);
  });
});

describeEachDialect('a customer', (dialect) => {
  it('receives their own tickets, stripped, and public comments, and keeps a cursor that is up to date', async () => {
    const world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
    const { deps, ann, customer, project } = world;
    const epoch = await new EventLog(world.db).epoch();
    const tap = followProject(deps.hub, customer, project.id, formatCursor(epoch, 0));

    const mine = await aTicket(world, { title: 'Mine', reporterId: customer.userId, storyPoints: 8 });
    await aTicket(world, { title: 'Of the team' });
    for (const visibility of ['INTERNAL', 'PUBLIC'] as const) {
      const input = { ticketId: mine.id, content: `${visibility} words`, visibility };
      await createComment(deps, ann, parsed(CreateCommentInput, input));
    }
    const last = await append(world, project.id, 2_500, { audience: 'TEAM' });
    await until(() => (tap.items.at(-1)?.seq ?? 0) > last - 1_000);
    await tap.stop();
    await world.close();

    const sent = JSON.stringify(tap.items);
    expect(sent).toContain('Mine');
    expect(sent).toContain('PUBLIC words');
    expect(sent).not.toContain('Of the team');
    expect(sent).not.toContain('INTERNAL words');
    expect(sent).not.toContain('"storyPoints":8');
  });
});
