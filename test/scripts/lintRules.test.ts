import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';

/** Each file breaks what its key says, and must be reported for it. */
const plants: readonly [rule: string, path: string, text: string][] = [
  ['no-floating-promises', 'server/floating.ts', `export const go = async () => 1;\ngo();\n`],
  ['no-misused-promises', 'server/misused.ts', `export const all = (f: () => Promise<boolean>) => (f() ? 1 : 2);\n`],
  ['no-explicit-any', 'server/any.ts', `export const a: any = 1;\n`],
  ['no-non-null-assertion', 'server/bang.ts', `export const b = (x: string | null) => x!.length;\n`],
  ['no-default-export', 'server/default.ts', `export default 1;\n`],
  ['no-console', 'server/cli/hello.ts', `console.log('hello');\n`],
  [
    'switch-exhaustiveness-check',
    'server/switch.ts',
    `export function f(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`,
  ],
  ['no-import-type-side-effects', 'server/typed.ts', `import { type Stats } from 'node:fs';\nexport type S = Stats;\n`],
  ['max-lines', 'server/long.ts', `export const x = [\n${'  1,\n'.repeat(300)}];\n`],
  ['max-lines', 'test/long.test.ts', `export const x = [\n${'  1,\n'.repeat(400)}];\n`],
  ['max-lines-per-function', 'server/function.ts', `export function f() {\n${'  f();\n'.repeat(60)}}\n`],
];

const allowed: readonly [path: string, text: string][] = [
  ['server/cli/output.ts', `export const say = (line: string) => console.log(line);\n`],
  ['any.config.ts', `export default {};\n`],
  ['test/bang.test.ts', `export const b = (x: string | null) => x!.length;\n`],
  ['test/block.test.ts', `export function f() {\n${'  f();\n'.repeat(61)}}\n`],
];

let report: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(inject('runFolder'), 'lint-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) await copyFile(file, join(folder, file));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of [...plants.map(([, p, t]) => [p, t] as const), ...allowed]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  report = await new Promise((done) => {
    const program = resolve('node_modules/.bin/oxlint');
    execFile(
      program,
      ['--type-aware', '--format=unix', 'server', 'test', 'any.config.ts'],
      { cwd: folder },
      (_error, stdout, stderr) => done(stdout + stderr),
    );
  });
});

describe('the lint rules', () => {
  it.each(plants)('bite: %s, planted in %s', (rule, path) => {
    const lines = report.split('\n').filter((line) => line.includes(path));

    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`\\b${rule}\\b(?!-)`)));
  });

  it.each(allowed)('let pass what %s may do', (path) => {
    expect(report).not.toContain(path);
  });
});
