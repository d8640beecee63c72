import { z } from 'zod';
import { ValidationSummary } from './finding.js';
import { limits } from './limits.js';
import { count, Id, mutationInput, text } from './text.js';

const csvDelimiters = [',', ';', '\t', '|'] as const;
/**
 * `csv`: RFC 4180 with a header, any line ends, with or without a byte order mark. `dryRun` does all of it, reports it, and undoes it.
 * `validate` reads the table again afterwards, and compares it with what is there now: see `validations`.
 */
const csvInput = {
  csv: z.string().max(limits.httpBodyBytes),
  delimiter: z.enum(csvDelimiters).default(','),
  dryRun: z.boolean().default(false),
  validate: z.boolean().optional(),
};

/** Tickets are known again by `source` and the column `id`. */
export const SyncTicketsInput = mutationInput({ projectId: Id, source: text(60).default('csv'), ...csvInput });
export type SyncTicketsInput = z.output<typeof SyncTicketsInput>;

/** Developers are known again by `name`. */
export const SyncDevelopersInput = mutationInput(csvInput);
export type SyncDevelopersInput = z.output<typeof SyncDevelopersInput>;

/** `line` is counted from 1, the header being the first; `column` and `value` are null when it is the row as a whole. */
export const CsvMisfit = z.object({
  line: z.int(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  reason: z.string(),
});
export type CsvMisfit = z.infer<typeof CsvMisfit>;

/**
 * Each row is exactly one of created, updated, unchanged, refused. `refusals` are the first 1,000 of those refused, by line; `ignored` says what was
 * passed over in rows that were taken.
 */
export const CsvReport = z.object({
  dryRun: z.boolean(),
  rows: count,
  created: count,
  updated: count,
  unchanged: count,
  refused: count,
  refusals: z.array(CsvMisfit),
  skillsCreated: z.array(z.string()),
  ignored: z.array(CsvMisfit),
  /** Null: it could not be made, as the server's log says. Left out: it was not asked for, or nothing was written. */
  validation: ValidationSummary.nullable().optional(),
});
export type CsvReport = z.infer<typeof CsvReport>;

export const ExportDevelopersInput = z.strictObject({ cursor: z.string().max(500).optional() });
/** At most 1,000 by name, in the columns that `developers.sync` reads; pages put one behind the other are one file. */
export const DeveloperExport = z.object({ text: z.string(), developers: count, nextCursor: z.string().nullable() });
export type DeveloperExport = z.infer<typeof DeveloperExport>;

export const RefreshWorkloadsInput = mutationInput({});
/** Those whose workload was not the sum of the story points that they hold, and is now. */
export const WorkloadsReply = z.object({
  corrected: z.array(z.object({ developerId: Id, name: z.string(), before: z.int(), after: count })),
});
export type WorkloadsReply = z.infer<typeof WorkloadsReply>;
