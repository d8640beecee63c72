import cliProgress from 'cli-progress';

/** Where a command's words go. The only place that writes to the standard streams; knows whether a machine reads them. */
export interface Output {
  readonly machine: boolean;
  /** For people; silent when a machine reads. */
  line(text?: string): void;
  /** For people: columns padded to the widest cell, the first row being the headings. */
  table(rows: readonly (readonly string[])[]): void;
  /** The command's whole result, as one JSON document; silent when people read. */
  result(value: unknown): void;
  /** One plain line that says what went wrong and what to do next. */
  failure(code: string, message: string): void;
  progress(label: string, total: number): Progress;
}

/** Of long work: a bar on a terminal, a line every few seconds elsewhere. */
export interface Progress {
  /** @param total when it is known better than at the beginning */
  to(done: number, total?: number): void;
  end(): void;
}

/** What a pino logger writes to, so that standard output stays free for results. */
export const logDestination = { write: (line: string) => void process.stderr.write(line) };

/** For the argument parser's own words. */
export const writeHelp = (text: string): void => void process.stdout.write(text);
export const writeUsageError = (text: string): void => void process.stderr.write(text.replace(/^error: /, 'baton: '));

const LINE_EVERY_MS = 5_000;

export function outputFor(machine: boolean): Output {
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  return {
    machine,
    line: (text = '') => machine || say(text),
    table: (rows) => machine || padded(rows).forEach(say),
    result: (value) => machine && say(JSON.stringify(value, null, 2)),
    failure: (code, message) => {
      if (machine) say(JSON.stringify({ error: { code, message } }, null, 2));
      process.stderr.write(`baton: ${message}\n`);
    },
    progress: (label, total) => {
      if (machine) return { to: () => undefined, end: () => undefined };
      return process.stderr.isTTY ? bar(label, total) : occasionalLines(label, total);
    },
  };
}

function padded(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function bar(label: string, total: number): Progress {
  const made = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage}% {value}/{total} {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 50,
  });
  made.start(total, 0);
  return {
    to: (done, newTotal) => {
      if (newTotal !== undefined) made.setTotal(newTotal);
      made.update(done);
    },
    end: () => made.stop(),
  };
}

function occasionalLines(label: string, total: number): Progress {
  let told = Date.now();
  return {
    to: (done, newTotal = total) => {
      if (Date.now() - told < LINE_EVERY_MS) return;
      told = Date.now();
      process.stderr.write(`${label} ${done}/${newTotal}\n`);
    },
    end: () => undefined,
  };
}
