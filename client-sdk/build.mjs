import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { build } from 'vite';
import { buildTypes } from './buildTypes.mjs';
import { reportSizes } from './sizes.mjs';

/**
 * Builds dist/: for each entry one ES module, one CommonJS module and one file of types, without the dependencies. With `--report`
 * those types also become API.md and the sizes a table of the README, both committed, so that whoever changes them sees in what. With
 * `--reference` reference/ gets a page for each thing that an entry offers, to be read or put on a site.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const dist = `${here}dist`;
const entries = { index: 'src/index.ts', react: 'src/react/index.ts', tanstack: 'src/tanstack/index.ts' };

/** Two entries in one page share the classes and the state of the main one. */
const mainEntry = {
  name: 'main-entry',
  enforce: 'pre',
  resolveId: (id) => (id === '../index.js' ? { id: '@baton/client', external: true } : null),
};

async function buildCode(name) {
  await build({
    configFile: false,
    root: here,
    logLevel: 'warn',
    plugins: [mainEntry],
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      sourcemap: true,
      reportCompressedSize: false,
      lib: {
        entry: `${here}${entries[name]}`,
        formats: ['es', 'cjs'],
        fileName: (format) => (format === 'es' ? `${name}.js` : `${name}.cjs`),
      },
      rolldownOptions: {
        external: /^(@trpc\/|@tanstack\/|react$)/,
        // Hooks are for the browser's half of an application that React also draws on a server.
        output: name === 'react' ? { banner: "'use client';" } : {},
      },
    },
  });
}

async function finishTypes(name) {
  const text = readFileSync(`${dist}/${name}.d.ts`, 'utf8');
  // The compiler tells the words of a union in the order in which it met them anywhere, which is nobody's change.
  const steady = text.replaceAll(/'[^'\n]*'(?: \| '[^'\n]*')+/g, (union) => union.split(' | ').toSorted().join(' | '));
  const pretty = await prettier.format(steady, { parser: 'typescript', singleQuote: true, printWidth: 120 });
  for (const extension of ['d.ts', 'd.cts']) writeFileSync(`${dist}/${name}.${extension}`, pretty);
}

function report() {
  const about = 'All that `@baton/client` offers, each procedure with its input and reply. Written by `npm run sdk`.';
  const chapters = Object.keys(entries).map((name) => {
    const entry = name === 'index' ? '@baton/client' : `@baton/client/${name}`;
    return `## ${entry}\n\n\`\`\`ts\n${readFileSync(`${dist}/${name}.d.ts`, 'utf8')}\`\`\`\n`;
  });
  writeFileSync(`${here}API.md`, `# API\n\n${about}\n\n${chapters.join('\n')}`);
}

/** Pages of the docstrings. */
function reference(models) {
  const target = `${here}reference`;
  rmSync(target, { recursive: true, force: true });
  for (const name of Object.keys(entries)) {
    const folders = ['--input-folder', join(models, name), '--output-folder', join(target, name)];
    execFileSync('npx', ['api-documenter', 'markdown', ...folders], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

const models = process.argv.includes('--reference') ? mkdtempSync(join(tmpdir(), 'baton-reference-')) : null;
rmSync(dist, { recursive: true, force: true });
for (const name of Object.keys(entries)) await buildCode(name);
buildTypes({ here, dist, entries, models });
for (const name of Object.keys(entries)) await finishTypes(name);
if (process.argv.includes('--report')) {
  report();
  await reportSizes(here);
}
if (models) {
  reference(models);
  rmSync(models, { recursive: true, force: true });
}
