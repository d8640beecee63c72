import { z } from 'zod';
import { text } from '../../../../contract/text.js';
import { Priority, TicketStatus } from '../../../../contract/ticket.js';
import { AppError } from '../../../kernel/errors.js';
import { timeReader } from '../../../trackers/localTime.js';
import { checkedMapping, ofFile, readJson, readMapping, sourceName, zoneName, type Mapping } from '../mapping.js';
import { trackerNamed, trackers } from './trackers.js';

const names = trackers.map(({ name }) => name);
const Format = z
  .string()
  .max(60)
  .refine((format) => timeReader(format, 'UTC').problem === null, 'is no form of a moment');

/** A mapping file of a tracker's export: what is different here. Described for people in docs/IMPORT.md. */
const TrackerMappingFile = z.strictObject({
  tracker: z.enum(names),
  source: sourceName.optional(),
  ...ofFile,
  zone: zoneName,
  times: z.array(Format).max(20).default([]),
  statuses: z.record(text(200), TicketStatus).default({}),
  priorities: z.record(text(200), Priority).default({}),
});
export type TrackerMapping = z.output<typeof TrackerMappingFile>;

/** The mapping that `--map` names: a tracker's own, or that of a file. @throws BAD_INPUT it is neither. */
export async function mappingNamed(named: string): Promise<Mapping | TrackerMapping> {
  if (trackerNamed(named)) return TrackerMappingFile.parse({ tracker: named });
  if (/^[a-z]+$/i.test(named) && !names.includes(named)) {
    const known = `Known are ${names.join(', ')}`;
    await readJson(named).catch(() => {
      throw new AppError('BAD_INPUT', `There is no mapping ${named}. ${known}, and JSON files.`);
    });
  }
  const parsed = await readJson(named);
  const isOfTracker = typeof parsed === 'object' && parsed !== null && 'tracker' in parsed;
  return isOfTracker ? checkedMapping(named, TrackerMappingFile, parsed) : readMapping(named);
}

export const isOfTracker = (mapping: Mapping | TrackerMapping): mapping is TrackerMapping => 'tracker' in mapping;
