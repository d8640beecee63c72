import { spawnSync } from 'node:child_process';

/** Runs every `check:*` script of package.json to its end, so that one run shows all that is wrong. */
const pieces = ['format', 'lint', 'types', 'imports', 'unused', 'versions'];

const failed = pieces.filter((piece) => {
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', `check:${piece}`], { stdio: 'inherit', shell: false });
  console.log(
    `${status === 0 ? 'ok    ' : 'FAILED'} check:${piece} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  return status !== 0;
});

if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
