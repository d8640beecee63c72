import { adHoc } from '../../../server/db/statement.js';
import { isReply, type Answer } from '../races/racers.js';
import { codesOf, first, type Ring, type Round } from '../races/rounds.js';
import type { Reply } from '../storm/verbs.js';
import { drawDeeds, type Deed } from './deeds.js';
import { setScene, type Scene } from './scene.js';
import { readLoads, readTruth } from './truth.js';
import { verdictOf } from './verdict.js';

/** So many calls are sent twice at once, under one key, to whatever node. */
const ECHO = 0.08;

/**
 * B3: fifty calls at once for a room of 5 points: approvals one by one and many at once, alone and among assignments by hand, while holders, points, limits
 * and tickets change. No approval gives more than there is room for at its place in the log, each proposal is decided on once, whoever was told
 * something is right, and workloads are sums.
 */
export const approvals: Round = async (ring, nth) => {
  const base = await readLoads(ring.db);
  const scene = await setScene(ring, nth);
  const deeds = drawDeeds(ring, scene).map((deed) => ({ deed, isTwice: ring.random.chance(ECHO) }));
  const done = await Promise.all(
    deeds.map(async ({ deed, isTwice }) => ({ deed, answer: await act(ring, deed, isTwice) })),
  );
  const truth = await readTruth(ring.db, ring.cast.hot, scene);
  for (const { check, what } of verdictOf(scene, done, truth, base)) ring.wrong(check, `approvals ${nth}: ${what}`);
  await clearAway(ring, scene);
  for (const [user, { workload }] of await readLoads(ring.db))
    if (workload !== 0) ring.wrong('ASSIGN', `approvals ${nth}: ${user} has ${workload} points when all is closed`);
};

/** Of two, the one that did it: what is refused at first may be done when it is asked for again. */
async function act({ racers }: Ring, { by, call }: Deed, isTwice: boolean): Promise<Answer> {
  const [answer, other] = await Promise.all([racers.call(by, call), isTwice ? racers.call(by, call) : null]);
  return other && isReply(other) ? other : answer;
}

const unfinished = adHoc(
  (d) =>
    `SELECT id FROM tickets WHERE ${d.anyOf('id', '$1')} AND deleted_at IS NULL AND status <> 'CLOSED' ORDER BY id`,
);

/** Closes what is left, so that nobody holds anything and nothing waits for a decision. */
async function clearAway({ db, racers, cast }: Ring, { nth, ticketIds }: Scene): Promise<void> {
  const left = (await db.all<{ id: string }>(unfinished, [ticketIds])).map(({ id }) => id);
  const things = (reply: Reply | null) =>
    left.map((ticket, at) => ({ op: `end${nth}-${at}`, ticket, seq: reply?.results?.[at]?.seq ?? 0 }));
  const input = { ticketIds: left, patch: { status: 'CLOSED' } };
  const call = { op: `end${nth}`, verb: 'edit', path: 'tickets.bulkUpdate', ticket: null, input, things };
  const answer = await racers.call(first(cast), call);
  if (!isReply(answer)) throw new Error(`nothing was closed: ${codesOf([answer]).join('')}`);
}
