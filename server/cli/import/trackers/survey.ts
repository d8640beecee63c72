import type { PersonRef } from '../../../trackers/importedTicket.js';
import type { Known, Reading } from '../../../trackers/tracker.js';
import type { TrackerMapping } from './trackerMapping.js';
import { isRecord, trackerRecords, type TrackerFile } from './trackerRecords.js';
import { momentsOf, wordTable } from '../../../trackers/values.js';

export interface Surveyed {
  readonly records: number;
  readonly reading: Reading;
}

/** Reads the whole file once, for how many records it has, and for what helps to read them. @throws BAD_INPUT it cannot be read to its end. */
export async function survey(file: TrackerFile, mapping: TrackerMapping): Promise<Surveyed> {
  const { tracker } = file;
  const known: Known = { aliases: new Map<string, string>(), people: new Map<string, PersonRef>() };
  let records = 0;
  for await (const read of trackerRecords(file)) {
    if (!isRecord(read)) records++;
    else if (read.list !== null) tracker.surveyBeside?.(read.list, read.fields, known);
    else {
      records++;
      tracker.survey?.(read.fields, known);
    }
  }
  const own = { status: wordTable(mapping.statuses), priority: wordTable(mapping.priorities) };
  const usual = { status: wordTable(tracker.statuses), priority: wordTable(tracker.priorities) };
  return {
    records,
    reading: {
      ...known,
      moments: momentsOf([...mapping.times, ...tracker.formats], mapping.zone),
      status: (word) => own.status(word) ?? usual.status(word),
      priority: (word) => own.priority(word) ?? usual.priority(word),
    },
  };
}
