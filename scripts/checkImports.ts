import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';
import { fileRules, importRules, serverNamesForClients, type ImportRule } from './importRules.js';

const CHECKED = ['contract', 'server', 'client-sdk/src', 'web', 'migrations', 'seeders'];

interface Import {
  readonly from: string;
  readonly to: string;
  /** False when the compiled file keeps the import: with verbatimModuleSyntax that is all but `import type`. */
  readonly typeOnly: boolean;
  readonly names: readonly string[];
}

/** One line per broken rule, sorted; empty when all is well. `files` maps a path from the root to its text. */
export function findViolations(files: ReadonlyMap<string, string>): string[] {
  const imports = [...files].flatMap(([path, text]) => importsOf(path, text, files));
  return [
    ...[...files].flatMap(([path, text]) =>
      fileRules.filter((r) => r.breaks(path, text)).map((r) => `${path}: ${r.name}`),
    ),
    ...imports.flatMap((i) =>
      importRules.filter((rule) => isBroken(rule, i)).map((rule) => `${describe(i)}: ${rule.name}`),
    ),
    ...imports
      .filter(namesTooMuch)
      .map((i) => `${describe(i)}: clients may name only ${[...serverNamesForClients].join(', ')}`),
    ...cycles(imports.filter((i) => !i.typeOnly)).map((cycle) => `${cycle.join(' → ')}: no import cycle at run time`),
  ].toSorted();
}

const describe = ({ from, to }: Import) => `${from} → ${to}`;

function isBroken(rule: ImportRule, { from, to, typeOnly }: Import): boolean {
  const match = rule.from.exec(from);
  if (!match || rule.except?.test(from) || (rule.kind === 'runtime' && typeOnly)) return false;
  const matches = (pattern: string) => new RegExp(pattern.replaceAll('$1', match[1] ?? '')).test(to);
  return (rule.not !== undefined && matches(rule.not)) || (rule.only !== undefined && !matches(rule.only));
}

const namesTooMuch = ({ from, to, names }: Import) =>
  /^(client-sdk|web)\//.test(from) && to.startsWith('server/') && names.some((n) => !serverNamesForClients.has(n));

function importsOf(from: string, text: string, files: ReadonlyMap<string, string>): Import[] {
  const { module, errors } = parseSync(from, text);
  if (errors.length > 0) throw new Error(`${from}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  const statement = (start: number) => text.slice(start, start + 20);
  return [
    ...module.staticImports.map((i) => ({
      from,
      to: resolve(from, i.moduleRequest.value, files),
      typeOnly: /^import\s+type\b/.test(statement(i.start)),
      names: i.entries.map((e) => e.importName.name ?? '*'),
    })),
    ...module.staticExports.flatMap((e) =>
      e.entries
        .filter((entry) => entry.moduleRequest !== null)
        .map((entry) => ({
          from,
          to: resolve(from, entry.moduleRequest?.value ?? '', files),
          typeOnly: /^export\s+type\b/.test(statement(e.start)),
          names: [entry.importName.name ?? '*'],
        })),
    ),
    ...module.dynamicImports.flatMap((i) => {
      const literal = /^(['"`])([^$]*)\1$/.exec(text.slice(i.moduleRequest.start, i.moduleRequest.end));
      return literal?.[2] ? [{ from, to: resolve(from, literal[2], files), typeOnly: false, names: ['*'] }] : [];
    }),
  ];
}

function resolve(from: string, specifier: string, files: ReadonlyMap<string, string>): string {
  if (!specifier.startsWith('.')) {
    if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
    return `npm:${specifier}`;
  }
  const path = posix.join(posix.dirname(from), specifier);
  const stem = path.replace(/\.jsx?$/, '');
  return [path, `${stem}.ts`, `${stem}.tsx`, `${stem}.d.ts`].find((candidate) => files.has(candidate)) ?? path;
}

/** One cycle per edge that closes one, each as the list of its files with the first repeated at the end. */
function cycles(imports: readonly Import[]): string[][] {
  const next = groupTargets(imports);
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'open') found.push([...path.slice(path.indexOf(file)), file]);
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

function groupTargets(imports: readonly Import[]): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  return targets;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !/\/(node_modules|dist)\//.test(path));
}

function main(): void {
  const files = new Map(CHECKED.flatMap(sourcesIn).map((path) => [path, readFileSync(path, 'utf8')]));
  if (files.size === 0) throw new Error(`No source in ${CHECKED.join(', ')}: run this from the root of the project`);
  const violations = findViolations(files);
  for (const violation of violations) console.error(violation);
  console.log(`${files.size} files, ${violations.length} import rule violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
