/** Pinned exactly in package.json: another version may find another plan among equals. Tested against the package. */
export const solverName = 'highs 1.15.3';
