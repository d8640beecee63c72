import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../server/kernel/errors.js';
import { truth } from '../../realtime/queries/truth.js';
import type { Cast } from './cast.js';
import type { Reader } from './reader.js';
import { difference, isSameAnswer, type Answer } from './sameTickets.js';

/** How long a reader may take to hold what SQL says once nobody writes any more. */
const SETTLE_MS = 10_000;
const LOOK_MS = 2;

/** Asks SQL while nobody writes, and waits for the reader to hold just that. Answers what it holds instead, or null. */
export async function compareWithSql(cast: Cast, reader: Reader): Promise<string | null> {
  const said = await sqlSays(cast, reader);
  const deadline = performance.now() + SETTLE_MS;
  if (said !== 'nothing' && isShutOut(reader)) await reader.beginAnew();
  while (!agrees(reader, said)) {
    if (performance.now() > deadline) return `${reader.describe()}: SQL says otherwise: ${disagreement(reader, said)}`;
    await sleep(LOOK_MS);
  }
  return null;
}

/** `nothing`: the person is not let in. */
async function sqlSays(cast: Cast, { person, asked }: Reader): Promise<Answer | 'nothing'> {
  try {
    return await truth(cast.world.db, cast.now(person), asked);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return 'nothing';
    throw error;
  }
}

const isShutOut = ({ error }: Reader): boolean => error instanceof AppError && error.code === 'FORBIDDEN';

function agrees(reader: Reader, said: Answer | 'nothing'): boolean {
  if (said === 'nothing') return isShutOut(reader);
  const { held } = reader;
  return reader.error === null && held !== null && isSameAnswer(held, said);
}

function disagreement({ error, held }: Reader, said: Answer | 'nothing'): string {
  if (error !== null) return error instanceof Error ? error.message : 'the stream ended without a reason';
  if (said === 'nothing') return 'the person is not let in, and the stream goes on';
  return held ? difference(held, said) : 'no whole snapshot has come';
}
