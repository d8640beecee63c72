import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What a page that imports this has to load, after a bundler has taken the rest away. `external` is not counted. */
const cases = [
  ['`createClient`, without `@trpc/client`', "export { createClient } from '@baton/client';", ['@trpc/*'], 20],
  ['`createClient`, with all that it needs', "export { createClient } from '@baton/client';", [], 45],
  ['`ticketStatuses` alone', "export { ticketStatuses } from '@baton/client';", [], 3],
  ['`@baton/client/react`, besides', "export * from './dist/react.js';", ['react', '@baton/client'], 3],
  ['`useTickets` alone, besides', "export { useTickets } from './dist/react.js';", ['react', '@baton/client'], 1],
  ['`@baton/client/tanstack`, besides', "export * from './dist/tanstack.js';", ['@baton/client'], 3],
];

const kB = (bytes) => Math.round(bytes / 100) / 10;

/** Of what is built in dist/: kB minified and then gzipped, with the most that the latter may be. */
export async function measureSizes(here) {
  return Promise.all(
    cases.map(async ([name, contents, external, budgetKb]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: here },
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        target: 'es2022',
        external,
      });
      const code = outputFiles[0].contents;
      return { name, minifiedKb: kB(code.length), gzippedKb: kB(gzipSync(code, { level: 9 }).length), budgetKb };
    }),
  );
}

/** Writes the table into the README, between its marks. */
export async function reportSizes(here) {
  const rows = (await measureSizes(here)).map(
    ({ name, minifiedKb, gzippedKb }) => `| ${String(name)} | ${minifiedKb.toFixed(1)} | ${gzippedKb.toFixed(1)} |`,
  );
  const table = ['| kB | minified | and gzipped |', '|---|---|---|', ...rows].join('\n');
  const readme = `${here}README.md`;
  const text = readFileSync(readme, 'utf8');
  const marks = /(<!-- sizes: npm run sdk -->\n)[^]*?(<!-- end of sizes -->)/;
  if (!marks.test(text)) throw new Error('README.md has no place for the sizes.');
  writeFileSync(readme, text.replace(marks, `$1\n${table}\n\n$2`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(JSON.stringify(await measureSizes(fileURLToPath(new URL('.', import.meta.url)))));
