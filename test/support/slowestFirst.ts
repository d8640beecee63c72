import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whoever begins last with what takes longest leaves the others idle. What has a browser, processes of its own, or a call for every procedure takes longest. */
const isSlow = ({ moduleId }: TestSpecification): boolean =>
  /\/test\/(e2e|cli|sdk\/package|access\/(matrix|foreignIds))\b/.test(moduleId);

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own, and gives a new array
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
