import { readFile, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { inject } from 'vitest';

/** What each activity of the shipped help-desk mapping makes of a ticket; null leaves it as it is. */
const meaning: Readonly<Record<string, string | null>> = {
  'Insert ticket': 'OPEN',
  'Take in charge ticket': 'IN_PROGRESS',
  Wait: 'IN_PROGRESS',
  'Require upgrade': 'IN_PROGRESS',
  'Create SW anomaly': 'IN_PROGRESS',
  'Schedule intervention': 'IN_PROGRESS',
  'Resolve SW anomaly': 'REVIEW',
  'Resolve ticket': 'RESOLVED',
  RESOLVED: 'RESOLVED',
  Closed: 'CLOSED',
};
const HEADER =
  'Case ID,Activity,Resource,Complete Timestamp,Variant,Variant index,Variant,seriousness,customer,product,responsible_section,seriousness_2,service_level,service_type,support_section,workgroup';

/** What an import of a log must come to, counted from the file alone. */
export interface LogCount {
  readonly rows: number;
  readonly personChanges: number;
  /** `case: who > held > it = final status`, sorted. */
  readonly cases: readonly string[];
}

export const caseLine = (caseId: string, holders: readonly string[], status: string): string => {
  const changes = holders.filter((holder, index) => holder !== holders[index - 1]);
  return `${caseId}: ${changes.join(' > ')} = ${status}`;
};

export async function countLog(file: string): Promise<LogCount> {
  const [, ...rows] = parse(await readFile(file), { bom: true, relax_column_count: true });
  const cases = new Map<string, string[][]>();
  for (const row of rows) cases.set(row[0] ?? '', [...(cases.get(row[0] ?? '') ?? []), row]);
  let personChanges = 0;
  const lines = [...cases].map(([caseId, own]) => {
    const inTime = own.toSorted((a, b) => ((a[3] ?? '') < (b[3] ?? '') ? -1 : (a[3] ?? '') > (b[3] ?? '') ? 1 : 0));
    const holders = inTime.map((row) => row[2] ?? '');
    personChanges += holders.filter((holder, index) => index > 0 && holder !== holders[index - 1]).length;
    const status = inTime.reduce((last, row) => meaning[row[1] ?? ''] ?? last, 'OPEN');
    return caseLine(caseId, holders, status);
  });
  return { rows: rows.length, personChanges, cases: lines.toSorted() };
}

/** A small generator of repeatable numbers (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const stamp = (moment: Date): string => moment.toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', '');

/** A log in the shape of a real help desk's: byte order mark, CRLF, cases one after the other, handovers, reopenings. */
export async function aLog({ cases, seed }: { cases: number; seed: number }): Promise<string> {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const people = ['Rossi', 'Bianchi, A.', 'Ferrari', 'Esposito', 'Romano', 'Colombo'];
  const middle = [
    'Take in charge ticket',
    'Wait',
    'Require upgrade',
    'Create SW anomaly',
    'Resolve SW anomaly',
    'VERIFIED',
  ];
  const lines = [HEADER];
  for (let number = 1; number <= cases; number++) {
    let at = Date.UTC(2020, 0, 1) + Math.floor(random() * 300) * 86_400_000;
    const between = Array.from({ length: Math.floor(random() * 5) }, () => pick(middle));
    const again = random() < 0.05 ? ['Take in charge ticket'] : [];
    for (const activity of ['Assign seriousness', ...between, 'Resolve ticket', 'Closed', ...again]) {
      at += 1 + Math.floor(random() * 86_400_000);
      const tail = ['V', '1', 'V', 'Value 1', `Value ${number % 9}`, 'P', 'S', 'Value 2', 'L', 'T', 'U', 'W'];
      const cells = [`Case ${number}`, activity, pick(people), stamp(new Date(at)), ...tail];
      lines.push(cells.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(','));
    }
  }
  const file = join(await mkdtemp(join(inject('runFolder'), 'log-')), 'log.csv');
  await writeFile(file, `\uFEFF${lines.join('\r\n')}\r\n`);
  return file;
}
