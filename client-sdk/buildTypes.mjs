import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

// TypeScript 7 has no compiler API yet; the extractor brings the last version that has one.
const ts = createRequire(createRequire(import.meta.url).resolve('@microsoft/api-extractor'))('typescript');

const API = 'client-sdk/src/api.ts';
const MAIN_ENTRY = /from '\.\.\/index\.js'/g;
const PRINTED =
  ts.NodeBuilderFlags.NoTruncation |
  ts.NodeBuilderFlags.InTypeAlias |
  ts.NodeBuilderFlags.UseSingleQuotesForStringLiteralType |
  ts.NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope;

/**
 * Writes the types of each entry as one file. In the source they follow from the server's router and from zod schemas; here
 * each of those is written out as what it comes to, so that who uses the client needs neither zod nor anything of the server,
 * and the compiler has next to nothing to work out. The main entry names nothing but itself; the others take from it, by the
 * name of the package, and from the library that they are made for. With `models`, a folder, each entry's documentation is left there
 * in a folder of its name, for whoever makes pages of it.
 */
export function buildTypes({ here, dist, entries, models }) {
  const root = dirname(here.replace(/[\\/]$/, ''));
  const drafts = mkdtempSync(join(dist, 'types-'));
  // Else the name of the package would be looked up in its own folder, and would mean the drafts.
  writeFileSync(join(drafts, 'package.json'), '{ "name": "drafts", "type": "module" }');
  try {
    const program = programOf(
      root,
      Object.values(entries).map((source) => join(here, source)),
    );
    const checker = program.getTypeChecker();
    const sources = new Map(
      program.getSourceFiles().map((source) => [relative(root, source.fileName).replaceAll('\\', '/'), source]),
    );
    const named = new Map();
    for (const [path, source] of sources) {
      if (!/^(contract|client-sdk\/src)\//.test(path) || path === API) continue;
      write(
        drafts,
        path,
        declarationsOf(program, source, (name, text) => named.set(text, { name, path })),
      );
    }
    write(drafts, API, apiText(sources.get(API), checker, named));
    for (const [name, source] of Object.entries(entries)) {
      const types = join(dist, `${name}.d.ts`);
      const docModel = models
        ? { enabled: true, apiJsonFilePath: join(models, name, `${name}.api.json`) }
        : { enabled: false };
      rollUp(root, join(drafts, 'client-sdk', source.replace(/\.ts$/, '.d.ts')), { types, docModel });
      if (name === 'index') install(types, join(drafts, 'node_modules/@baton/client'));
    }
  } finally {
    rmSync(drafts, { recursive: true, force: true });
  }
}

/** For the entries that import it. */
function install(types, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "@baton/client", "types": "index.d.ts" }');
  copyFileSync(types, join(folder, 'index.d.ts'));
}

function programOf(root, entries) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: entries }, ts.sys, root);
  const program = ts.createProgram(entries, {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
  });
  const wrong = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(join(root, 'client-sdk/src')))
    .flatMap((source) => program.getSemanticDiagnostics(source));
  if (wrong.length > 0) throw new Error(ts.formatDiagnostics(wrong, ts.createCompilerHost(options)));
  return program;
}

function write(folder, path, text) {
  const file = join(folder, path.replace(/\.ts$/, '.d.ts'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replaceAll(MAIN_ENTRY, "from '@baton/client'"));
}

/** What the compiler declares, with the types that come from zod written out and the schemas left out. */
function declarationsOf(program, source, onNamed) {
  const checker = program.getTypeChecker();
  let text = '';
  program.emit(source, (_, emitted) => (text = emitted), undefined, true);
  const draft = ts.createSourceFile('draft.d.ts', text, ts.ScriptTarget.Latest, true);
  const exported = new Map(checker.getExportsOfModule(symbolOf(source, checker)).map((s) => [s.name, s]));
  return draft.statements
    .map((statement) => {
      if (!/\bz\.|\bzod\b/.test(statement.getText(draft))) return statement.getFullText(draft);
      const symbol = ts.isTypeAliasDeclaration(statement) ? exported.get(statement.name.text) : undefined;
      // Schemas, and what only helps to make them.
      if (!symbol || statement.typeParameters) return '';
      const printed = print(checker.getDeclaredTypeOfSymbol(symbol), source, checker);
      onNamed(symbol.name, printed);
      return `${leadingComment(statement, draft)}export type ${symbol.name} = ${printed};`;
    })
    .join('\n');
}

const symbolOf = (source, checker) => checker.getSymbolAtLocation(source) ?? fail(`${source.fileName} exports nothing`);

function leadingComment(node, draft) {
  return draft.text.slice(node.getFullStart(), node.getStart(draft));
}

function print(type, source, checker) {
  const node = checker.typeToTypeNode(type, source, PRINTED);
  const text = ts.createPrinter({ removeComments: true }).printNode(ts.EmitHint.Unspecified, node, source);
  if (/\bany\b|\bimport\(|\bz\./.test(text)) throw new Error(`Cannot be written out: ${text.slice(0, 300)}`);
  return text;
}

/** `Api`, which is computed from the router, as a plain interface. What the contract has a name for goes by that name. */
function apiText(source, checker, named) {
  const api = checker.getExportsOfModule(symbolOf(source, checker)).find((s) => s.name === 'Api');
  const declaration = api.declarations[0];
  const comment = source.text.slice(declaration.getFullStart(), declaration.getStart(source));
  const imports = [
    "import type { CallOptions } from './call.js';",
    "import type { Page } from '../../contract/text.js';",
  ];
  let body = members(checker.getDeclaredTypeOfSymbol(api), source, checker, '  ');
  // Longest first: one may be a part of another.
  for (const [text, { name, path }] of [...named].toSorted(([a], [b]) => b.length - a.length)) {
    if (!body.includes(text)) continue;
    body = body.replaceAll(text, `Baton${name}`);
    imports.push(`import type { ${name} as Baton${name} } from '../../${path.replace(/\.ts$/, '.js')}';`);
  }
  body = body.replaceAll(/\{ items: (\w+)\[\]; nextCursor: string \| null; \}/g, 'Page<$1>');
  return `${imports.join('\n')}\n${comment}export interface Api {\n${body}}\n`;
}

function members(type, source, checker, indent) {
  return checker
    .getPropertiesOfType(type)
    .map((property) => {
      const own = checker.getTypeOfSymbolAtLocation(property, source);
      const doc = ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll('\n', ' ');
      const comment = doc ? `${indent}/** ${doc} */\n` : '';
      if (own.getCallSignatures().length > 0)
        return `${comment}${indent}readonly ${property.name}: ${print(own, source, checker)};\n`;
      return `${comment}${indent}readonly ${property.name}: {\n${members(own, source, checker, `${indent}  `)}${indent}};\n`;
    })
    .join('');
}

function rollUp(root, entry, { types, docModel }) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: { target: 'es2022', module: 'nodenext', lib: ['ES2023', 'DOM'], types: [] },
          files: [entry],
        },
      },
      apiReport: { enabled: false, reportFileName: 'unused' },
      docModel,
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: types },
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'client-sdk/package.json'),
  });
  const { succeeded, errorCount } = Extractor.invoke(config, { localBuild: true, messageCallback: quiet });
  if (!succeeded) fail(`The types could not be rolled up: ${errorCount} errors`);
}

/** The extractor greets on standard output, and says that it bundles an older compiler than ours. */
function quiet(message) {
  if (
    message.logLevel === 'info' ||
    message.logLevel === 'verbose' ||
    message.messageId === 'console-compiler-version-notice'
  )
    message.handled = true;
}

function fail(message) {
  throw new Error(message);
}
