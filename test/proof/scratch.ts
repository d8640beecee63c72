import { join } from 'node:path';
import { checkHistory } from './checker/check.js';
import { readHistory } from './history/historyFiles.js';
import { plantedStorm, plantings } from './plantings.js';
import { runStorm } from './storm/runStorm.js';
import { startServices } from './stage/services.js';
import { compile } from '../support/compile.js';
import { BUILD } from './stage/stage.js';
await compile(BUILD, 'test/proof/tsconfig.json');
const services = await startServices();
try {
  const names = process.argv[2] === 'all' ? Object.keys(plantings) : process.argv.slice(2);
  for (const [n, name] of names.entries()) {
    const p = Object.entries(plantings).find(([k]) => k.includes(name));
    const began = performance.now();
    try {
      const folder = join(services.folder, `x${n}`);
      await runStorm(
        services,
        { ...plantedStorm(5 + n, p ? p[1] : { expected: 'LIVE' }), leastOperations: 150, writers: 5 },
        folder,
      );
      const h = await readHistory(folder);
      const said = checkHistory(h);
      const by: Record<string, string[]> = {};
      for (const s of said) (by[s.check] ??= []).push(s.what);
      console.log(
        '==',
        name,
        'expected',
        p?.[1].expected,
        'ops',
        h.attempts.length,
        'deliv',
        h.deliveries.length,
        Math.round(performance.now() - began),
        'ms',
      );
      for (const k in by) console.log('  ', k, by[k]!.length, by[k]![0]);
    } catch (e) {
      console.log('==', name, 'THREW', String(e).slice(0, 1500));
    }
  }
} finally {
  await services.release();
}
