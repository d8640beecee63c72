import { createRequire } from 'node:module';

// TypeScript 7 has no compiler API yet; the extractor brings the last version that has one.
const ts = createRequire(createRequire(import.meta.url).resolve('@microsoft/api-extractor'))('typescript');

/** Prints every place of a file's exported types where the compiler knows nothing, `Api.tickets.list()`, as a JSON list. */
const [file] = process.argv.slice(2);
const options = { strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.ReactJSX };
const program = ts.createProgram([file], {
  ...options,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
});
const checker = program.getTypeChecker();
const source = program.getSourceFile(file);
const seen = new Set();
const found = [];
let count = 0;

/** Of other people's types, like `Promise` or `ReactNode`, only the arguments are ours. */
const isOurs = (symbol) =>
  symbol?.declarations?.some((declaration) => declaration.getSourceFile().fileName.includes('/@baton/client/')) ?? true;

function walk(type, path) {
  if (type.flags & ts.TypeFlags.Any) return void found.push(path);
  if (seen.has(type)) return;
  seen.add(type);
  count += 1;
  if (isOurs(type.aliasSymbol)) for (const part of type.types ?? []) walk(part, path);
  for (const argument of type.aliasTypeArguments ?? []) walk(argument, `${path}<>`);
  if (type.flags & ts.TypeFlags.Object) {
    for (const argument of checker.getTypeArguments(type)) walk(argument, `${path}<>`);
    if (!isOurs(type.symbol)) return;
    for (const info of checker.getIndexInfosOfType(type)) walk(info.type, `${path}[]`);
  }
  if (!(type.flags & ts.TypeFlags.StructuredType)) return;
  for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
    for (const parameter of signature.getParameters())
      walk(checker.getTypeOfSymbolAtLocation(parameter, source), `${path}(${parameter.name})`);
    walk(signature.getReturnType(), `${path}()`);
  }
  for (const property of type.getProperties()) {
    if (isOurs(property)) walk(checker.getTypeOfSymbolAtLocation(property, source), `${path}.${property.name}`);
  }
}

for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (target.flags & ts.SymbolFlags.Type) walk(checker.getDeclaredTypeOfSymbol(target), symbol.name);
  if (target.flags & ts.SymbolFlags.Value) walk(checker.getTypeOfSymbolAtLocation(target, source), symbol.name);
}
process.stdout.write(JSON.stringify({ found, count }));
