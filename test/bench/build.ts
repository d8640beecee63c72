import { join } from 'node:path';
import { compile, compiledFolder, repository } from '../support/compile.js';

export { repository };
const NAME = 'baton-bench';
export const buildFolder = compiledFolder(NAME);
export const resultsFolder = join(repository, 'bench-results');

/** @returns false when there were type errors; the code was compiled all the same. */
export const buildBench = (): Promise<boolean> => compile(NAME, 'test/bench/tsconfig.json');
