import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than twenty seconds, by how many it takes when both lanes are busy: measured, and only their order matters. */
const SECONDS: Readonly<Record<string, number>> = {
  'access/matrix': 140,
  'cli/csvMode': 79,
  'proof/inputs/inputs': 78,
  'access/foreignIds': 77,
  'cli/cli': 75,
  'access/canaries': 67,
  'e2e/accessibility': 63,
  'conformance/presence': 61,
  'db/migrations': 60,
  'cli/dirtySync': 60,
  'e2e/followedImport': 51,
  'features/attachments/leftBehind': 44,
  'import/importLog': 38,
  'proof/inputs/openApi': 36,
  'e2e/twoNodes': 35,
  'transport/socketLife': 32,
  'transport/stop': 31,
  'db/constraints': 31,
  'backup/backup': 31,
  'sdk/package/package': 31,
  'integrity/validate': 26,
  'db/replicas': 26,
  'transport/renew': 25,
  'transport/slowReader': 25,
  'transport/rest/clients': 24,
  'features/mails/outbox': 24,
  'import/trackers/importTracker': 24,
  'realtime/conversations': 22,
  'features/proposals/proposals': 22,
};

/** What else has a browser, or processes of its own. */
const SOME_SECONDS = 20;
const isSlow = (name: string): boolean => /^(e2e|cli|sdk\/package)\//.test(name);

function secondsOf({ moduleId }: TestSpecification): number {
  const name = /\/test\/(.*)\.test\.tsx?$/.exec(moduleId)?.[1] ?? '';
  return SECONDS[name] ?? (isSlow(name) ? SOME_SECONDS : 0);
}

/** Whoever begins last with what takes longest leaves the others idle. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own, and gives a new array
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => secondsOf(other) - secondsOf(one));
  }
}
