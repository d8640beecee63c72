import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A `WebAssembly.Module`, which the types that the server is built with do not have. */
export type CompiledSolver = object;

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<CompiledSolver> };
};

/** The solver's code without its memory. Threads that are given the same one share what was compiled and optimised of it. */
export async function compileSolver(): Promise<CompiledSolver> {
  return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve('highs/runtime')));
}
