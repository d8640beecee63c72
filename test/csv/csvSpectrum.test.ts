import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../server/csv/csvRecords.js';

const folder = dirname(fileURLToPath(import.meta.resolve('csv-spectrum')));
const names = readdirSync(join(folder, 'csvs')).map((file) => file.replace(/\.csv$/, ''));

/** Where the JSON says something else than the file beside it. */
const miscopied: Readonly<Record<string, object>> = {
  location_coordinates: { 'Contact Phone Number': '2095257564' },
};

async function tableOf(file: string): Promise<Record<string, string>[]> {
  const records: (readonly string[])[] = [];
  for await (const { cells } of csvRecords(file, 'utf-8', ',')) records.push(cells);
  const [header = [], ...rows] = records;
  return rows.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])));
}

describe('csv-spectrum', () => {
  it('has the files that are known of', () => expect(names).toHaveLength(12));

  it.each(names)('%s is read as its JSON says', async (name) => {
    const wanted = [JSON.parse(await readFile(join(folder, 'json', `${name}.json`), 'utf8')) as object].flat();

    expect(await tableOf(join(folder, 'csvs', `${name}.csv`))).toEqual(
      wanted.map((row) => ({ ...row, ...miscopied[name] })),
    );
  });
});
