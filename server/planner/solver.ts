import highsModule, { type Highs, type Model } from 'highs';
import type { CompiledSolver } from './compiledSolver.js';
import { modelOf, type Program } from './program.js';

/** The package describes its CommonJS form only, where this would be `.default`; imported as a module it is the function itself. */
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** What the planner asks of a solver of linear programs. */
export interface Solver {
  /** The program without the demand that pairs are chosen wholly; `prices` of its rows. Null: not solved. */
  readonly relaxed: (program: Program) => { readonly values: Float64Array; readonly prices: Float64Array } | null;
  /** The program, from a solution to start with. `bound`: no solution is better, as far as was found out within `nodes`. */
  readonly whole: (
    program: Program,
    start: Float64Array,
    nodes: number,
  ) => { readonly values: Float64Array; readonly bound: number } | null;
}

/**
 * HiGHS, in a memory of its own: what was solved before leaves nothing behind that could change what comes out. It has one thread;
 * effort is bounded by nodes and never by time, so that it ends at the same place on any machine.
 */
export async function loadSolver(compiled?: CompiledSolver): Promise<Solver> {
  const highs = await loadHighs(compiled ? { wasmModule: compiled } : {});
  return {
    relaxed: (program) =>
      highs.withModel(modelOf(program, highs.constants.objectiveSense.maximize, false), (model) => {
        model.options.set({ output_flag: false, random_seed: 0 });
        model.run();
        if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return null;
        const { colValue, rowDual } = model.getSolution();
        return { values: colValue, prices: rowDual };
      }),
    whole: (program, start, nodes) =>
      highs.withModel(modelOf(program, highs.constants.objectiveSense.maximize, true), (model) =>
        runWhole(highs, model, start, nodes),
      ),
  };
}

function runWhole(highs: Highs, model: Model, start: Float64Array, nodes: number) {
  model.options.set({
    output_flag: false,
    random_seed: 0,
    // Objectives are whole numbers: what is nearer than one is there.
    mip_rel_gap: 0,
    mip_abs_gap: 0.999,
    mip_max_nodes: nodes,
    // The start is good already; measured, the effort is better spent on the bound.
    mip_heuristic_effort: 0.01,
    mip_allow_restart: false,
    mip_detect_symmetry: false,
  });
  model.setSolution({ colValue: start });
  model.run();
  if (model.info.get('primal_solution_status') !== highs.constants.solutionStatus.feasible) return null;
  return { values: model.getSolution().colValue, bound: Number(model.info.get('mip_dual_bound')) };
}
