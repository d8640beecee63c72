import { fuzz } from './test/proof/inputs/fuzz.js';
import { startStage } from './test/proof/inputs/stage.js';
for (const dialect of ['sqlite', 'postgres'] as const) {
  const stage = await startStage(dialect, null);
  const r = await fuzz(stage, { seed: 11, calls: 50, slowMs: 3000, ways: ['rest'] }, () => undefined);
  console.log(dialect, JSON.stringify(r.codes), Object.values(r.procedures).reduce((s, p) => s + p.calls, 0), Object.values(r.procedures).reduce((s, p) => s + p.readBack, 0), r.slowestMs);
  const kinds: Record<string, number> = {};
  for (const f of stage.findings) kinds[f.wrong] = (kinds[f.wrong] ?? 0) + 1;
  console.log(JSON.stringify(kinds));
  const seen = new Set<string>();
  for (const f of stage.findings) { const k = f.wrong + f.where.slice(0, 30); if (seen.has(k)) continue; seen.add(k); console.log(f.wrong, f.where.slice(0, 500), f.said.slice(0, 200)); }
  await stage.release();
}
process.exit(0);
