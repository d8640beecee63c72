import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { everyProcedure } from '../../access/everyProcedure.js';
import { describeEachDialect } from '../../support/services.js';
import { sendEnvelopes } from './envelopes.js';
import { sendFrames } from './frames.js';
import { framings, sendFramings } from './framing.js';
import { fuzz } from './fuzz.js';
import { timesOfPatterns, timesOfSchemas } from './patterns.js';
import { readers, unreadable } from './readBack.js';
import { startStage, type Stage } from './stage.js';

const SLOW_MS = 3_000;

describe('the proof of bad input', () => {
  it('knows of every mutation how what it wrote is read again, or why it cannot be', () => {
    const mutations = [...everyProcedure.values()].filter(({ type }) => type === 'mutation').map(({ path }) => path);

    expect([...Object.keys(readers), ...Object.keys(unreadable)].toSorted()).toEqual(mutations.toSorted());
  });

  it('no pattern takes long, whatever the text', () => {
    const times = [...timesOfPatterns(['contract', 'server'], 1_000), ...timesOfSchemas(1_000)];

    expect(times.filter(({ ms }) => ms > 20)).toEqual([]);
    expect(times.length).toBeGreaterThan(50);
  });
});

describeEachDialect('the proof of bad input', (dialect) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(dialect, null);
  });
  afterAll(() => stage.release());

  it('sees each commit of somebody else, and nothing but commits', async () => {
    const first = await stage.commits.read();
    await stage.memoryBytes();
    const read = await stage.commits.read();
    await createSkill(stage.world.deps, stage.world.admin, { name: 'Patience', aliases: [] });

    expect(await stage.commits.read()).not.toBe(read);
    expect(read).not.toBe('');
    // Signing in to ask for it was one.
    expect(read).not.toBe(first);
    expect(await stage.commits.read()).toBe(await stage.commits.read());
  });

  it('finds nothing wrong in a call of each procedure by each way', { timeout: 120_000 }, async () => {
    // By fewer ways on the slower one: what they carry is the same.
    const ways =
      dialect === 'sqlite' ? (['http', 'batch', 'socket', 'rest'] as const) : (['http', 'socket', 'rest'] as const);
    const { procedures, codes } = await fuzz(stage, { seed: 7, calls: 1, slowMs: SLOW_MS, ways }, () => undefined);

    expect(stage.findings.splice(0)).toEqual([]);
    expect(Object.keys(procedures).toSorted()).toEqual([...everyProcedure.keys()].toSorted());
    expect(codes['OK']).toBeGreaterThan(20);
    expect(codes['BAD_INPUT']).toBeGreaterThan(50);
  });

  it('finds nothing wrong in requests, frames and messages that are none', async () => {
    const quick = framings.filter(({ says, status }) => !status.test('none') || says === 'a body that never comes');
    await sendFramings(stage, SLOW_MS, quick);
    const { frames, ends } = await sendFrames(stage, 1_000, 7, SLOW_MS);
    await sendEnvelopes(stage, 60, 7, SLOW_MS);

    expect(stage.findings.splice(0)).toEqual([]);
    expect(frames).toBeGreaterThan(1_000);
    expect(Number(ends['1002'])).toBeGreaterThan(0);
  });
});

describe('the proof of bad input', () => {
  it('finds out a server that writes although it refuses', async () => {
    const stage = await startStage('sqlite', 'writesOnError');
    await fuzz(
      stage,
      { seed: 7, calls: 10, slowMs: SLOW_MS, procedures: (path) => path === 'skills.create' },
      () => undefined,
    );
    await stage.release();

    expect(stage.findings.map(({ wrong }) => wrong)).toContain('writesOnError');
  });
});
