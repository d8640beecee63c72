import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { build } from 'vite';
import { buildTypes } from './buildTypes.mjs';

/**
 * Builds dist/: the client as ESM and CommonJS, without its dependencies, and one file of types. With `--report` those types also
 * become API.md, which is committed, so that whoever changes the API sees in what.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const dist = `${here}dist`;
rmSync(dist, { recursive: true, force: true });

await build({
  configFile: false,
  root: here,
  logLevel: 'warn',
  build: {
    outDir: dist,
    target: 'es2022',
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    lib: {
      entry: `${here}src/index.ts`,
      formats: ['es', 'cjs'],
      fileName: (format) => (format === 'es' ? 'index.js' : 'index.cjs'),
    },
    rolldownOptions: { external: /^@trpc\// },
  },
});

buildTypes({ here, types: `${dist}/index.d.ts` });
const text = readFileSync(`${dist}/index.d.ts`, 'utf8');
writeFileSync(
  `${dist}/index.d.ts`,
  await prettier.format(text, { parser: 'typescript', singleQuote: true, printWidth: 120 }),
);
copyFileSync(`${dist}/index.d.ts`, `${dist}/index.d.cts`);
if (process.argv.includes('--report')) {
  const about = 'All that `@baton/client` offers, each procedure with its input and reply. Written by `npm run sdk`.';
  writeFileSync(
    `${here}API.md`,
    `# API\n\n${about}\n\n\`\`\`ts\n${readFileSync(`${dist}/index.d.ts`, 'utf8')}\`\`\`\n`,
  );
}
