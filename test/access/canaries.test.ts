import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from '../support/revocations.js';
import { canary, talkDirectly, talkInChannel, writeAmongStaff, writeEverything } from './canaries.js';
import { Listener } from './listener.js';
import { aScene, type Role, type Scene, type Side } from './scene.js';
import { staffFields, staffFieldsIn, valuesIn } from './staffFields.js';

/** More of the same: `CANARY_ROUNDS=100 npx vitest run test/access/canaries.test.ts`. */
const ROUNDS = Number(process.env['CANARY_ROUNDS'] ?? 1);
const WRITES_PER_ROUND = 3;

/** Those who may not see a word, and somebody who may: without them the silence of the others proves nothing. */
const secrets: readonly { word: string; from: readonly Role[]; heardBy: Role }[] = [
  { word: canary.work, from: ['lead', 'reader', 'reporter', 'colleague', 'nobody'], heardBy: 'outsider' },
  { word: canary.person, from: ['reporter', 'colleague', 'nobody'], heardBy: 'outsider' },
  { word: canary.fellow, from: ['reporter', 'colleague', 'stranger', 'nobody'], heardBy: 'lead' },
  { word: canary.staff, from: ['outsider', 'reporter', 'colleague', 'stranger', 'nobody'], heardBy: 'lead' },
  {
    word: canary.channel,
    from: ['lead', 'outsider', 'reporter', 'colleague', 'stranger', 'nobody'],
    heardBy: 'reader',
  },
  { word: canary.direct, from: ['lead', 'outsider', 'reporter', 'colleague', 'stranger', 'nobody'], heardBy: 'reader' },
  { word: canary.skill, from: ['reporter', 'colleague', 'stranger', 'nobody'], heardBy: 'lead' },
];
const listening: readonly Role[] = ['lead', 'reader', 'outsider', 'reporter', 'colleague', 'stranger', 'nobody'];

describe('while everything is written, called and followed', () => {
  let scene: Scene;
  let listeners: Listener[];
  const of = (role: Role) => listeners.find(({ caller }) => caller.role === role)!;

  beforeAll(
    async () => {
      scene = await aScene('sqlite');
      const { app, callers, places } = scene;
      const admin = clientOf(app.http, callers.admin.token!);
      const { id: skillId } = await admin.skills.create.mutate({ name: canary.skill });
      const ids = async (side: Side) => ({
        projectId: await places[side].project(),
        spareId: await places[side].spareProject(),
        ticketIds: [await places[side].ticket(), await places[side].task()],
        conversationIds: [
          await places[side].conversation(),
          await places[side].channel(),
          await places[side].privateChannel(),
          await places[side].direct(),
        ],
      });
      const [own, other] = [await ids('own'), await ids('other')];
      // Made before their tickets are deleted, or merged into others, for a moment.
      for (const side of ['own', 'other'] as const) {
        const { attachment, internalAttachment, comment, ticketMessage } = places[side];
        await Promise.all([attachment(), internalAttachment(), comment(), ticketMessage()]);
      }
      for (const [{ projectId }, word] of [
        [own, canary.staff],
        [other, canary.work],
      ] as const)
        await admin.projects.fields.create.mutate({ projectId, key: 'note', kind: 'TEXT', label: `${word} label` });
      const moved = await admin.tickets.create.mutate({
        projectId: own.projectId,
        title: 'Leaves',
        reporterId: callers.reporter.person.userId,
      });
      const streams = [own, other].flatMap(({ projectId, ticketIds, conversationIds }) => [
        ['live.project', { projectId }] as const,
        ['live.tickets', { projectId }] as const,
        ...[...ticketIds, moved.id].map((ticketId) => ['live.ticket', { ticketId }] as const),
        ...conversationIds.map((conversationId) => ['live.conversation', { conversationId }] as const),
      ]);
      listeners = listening.map((role) => new Listener(scene, callers[role]));
      for (const listener of listeners) await listener.follow([['live.me', {}], ['live.tickets', {}], ...streams]);

      const theirs = { admin, http: app.http, ...other, reporterId: callers.stranger.person.userId };
      const ours = { admin, http: app.http, ...own, reporterId: callers.reporter.person.userId };
      const held = { ours: callers.member.person.userId, theirs: callers.outsider.person.userId };
      const write = async () => {
        await writeEverything({ ...theirs, holderId: held.theirs }, canary.work, canary.person);
        await writeEverything({ ...ours, holderId: held.ours }, 'Plain', canary.fellow);
        await talkInChannel(admin, own.projectId, canary.channel, [held.ours]);
        await talkDirectly(admin, held.ours, canary.direct);
        for (const ticketId of own.ticketIds) await writeAmongStaff(ours, ticketId, held.ours, skillId);
      };
      await write();
      await admin.tickets.move.mutate({ ticketId: moved.id, projectId: other.projectId });
      await admin.tickets.update.mutate({
        ticketId: moved.id,
        patch: { title: canary.work, description: canary.work },
      });
      for (let round = 0; round < ROUNDS; round++) {
        const calling = listeners.map((listener) => listener.callAll(['own', 'other']));
        for (let nth = 0; nth < WRITES_PER_ROUND; nth++) await write();
        await Promise.all(calling);
      }
      await Promise.all(listeners.map((listener) => listener.quiet()));
    },
    60_000 * (1 + ROUNDS),
  );
  afterAll(async () => {
    for (const listener of listeners) listener.close();
    await scene.app.close();
  });

  /** Names are part of addresses too, in lower case. */
  const holding = (role: Role, word: string) =>
    of(role).texts.filter((text) => text.toUpperCase().includes(word.toUpperCase()));

  it.each(secrets)('no byte of $word comes to those who may not see it', ({ word, from, heardBy }) => {
    const heard = from.flatMap((role) => holding(role, word).map((text) => ({ role, text: text.slice(0, 1_000) })));

    expect(heard.slice(0, 10)).toEqual([]);
    expect(holding(heardBy, word).length).toBeGreaterThan(5);
  });

  it('no field that stays among staff is filled in for a customer, and each is for staff', () => {
    const fieldsOf = (role: Role) => of(role).texts.flatMap((text) => [...staffFieldsIn(valuesIn(text))]);

    for (const role of ['reporter', 'colleague', 'stranger'] as const)
      expect(fieldsOf(role).slice(0, 10), role).toEqual([]);
    expect(new Set(fieldsOf('lead').map(({ field }) => field))).toEqual(new Set(staffFields));
  });

  it('much has come to everybody', () => {
    const counts = listeners.map(({ caller, texts, bytes }) => ({ role: caller.role, messages: texts.length, bytes }));
    const sum = (unit: 'messages' | 'bytes') => counts.reduce((total, count) => total + count[unit], 0);
    process.stdout.write(
      `searched ${sum('messages')} messages, ${sum('bytes')} bytes, of ${counts.length} listeners\n`,
    );

    for (const { role, messages } of counts) expect(messages, role).toBeGreaterThan(200 * ROUNDS);
  });
});
