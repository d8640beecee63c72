import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { logRows, type LogRow } from '../../server/cli/import/logRows.js';
import type { Misfit } from '../../server/csv/misfit.js';
import { fieldKeyOf, readMapping, type Mapping } from '../../server/cli/import/mapping.js';

const plain = {
  name: 'old-desk',
  columns: { case: 'id', activity: 'what', time: 'when' },
  time: { format: 'iso' },
  title: 'Case {id}',
  activities: { opened: 'OPEN', closed: 'CLOSED', noted: null },
};

const folder = () => mkdtemp(join(inject('runFolder'), 'mapping-'));
async function mappingOf(content: object | string): Promise<Mapping> {
  const file = join(await folder(), 'map.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readMapping(file);
}
async function rowsOf(mapping: object, csv: string) {
  const file = join(await folder(), 'log.csv');
  await writeFile(file, csv);
  const [rows, misfits]: [LogRow[], Misfit[]] = [[], []];
  for await (const row of logRows(file, await mappingOf(mapping), (misfit) => misfits.push(misfit))) rows.push(row);
  return { rows, misfits };
}

describe('a mapping', () => {
  it('is refused with the name of the field that is wrong', async () => {
    await expect(mappingOf({ ...plain, nmae: 'x' })).rejects.toThrow(/is refused: .*nmae/);
    await expect(mappingOf({ ...plain, name: 'Old Desk' })).rejects.toThrow('name: is 1 to 40 of a-z');
    await expect(mappingOf({ ...plain, activities: { opened: 'DONE' } })).rejects.toThrow('activities.opened');
    await expect(mappingOf({ ...plain, time: { format: 'YYYY' } })).rejects.toThrow('time.format: holds "YYYY"');
    await expect(mappingOf({ ...plain, time: { format: 'iso', zone: 'Rome' } })).rejects.toThrow(
      'is not an IANA time zone',
    );
    await expect(mappingOf({ ...plain, encoding: 'ebcdic' })).rejects.toThrow('encoding: is not a known encoding');
    for (const fields of [{ é: 'id' }, { '1st': 'id' }, { 'a b': 'id', aB: 'id' }])
      await expect(mappingOf({ ...plain, fields })).rejects.toThrow('fields: has a name that makes no key');
    await expect(mappingOf('{')).rejects.toThrow('is not JSON');
    await expect(readMapping('/nowhere.json')).rejects.toThrow('cannot be read (ENOENT)');
  });

  it('that is shipped is a valid one', async () => {
    const mapping = await readMapping('imports/helpdesk.json');

    expect(Object.keys(mapping.activities)).toHaveLength(14);
  });

  it('makes keys of custom fields out of names', () => {
    const keys = ['service level', 'seriousness', 'VIP?', ' two  words_here'].map(fieldKeyOf);

    expect(keys).toEqual(['serviceLevel', 'seriousness', 'vip', 'twoWordsHere']);
  });

  it('tells columns of one name apart by their number', async () => {
    const csv = 'id,what,when,note,note\n7,opened,2020-01-01T10:00:00Z,first,second\n';

    const { rows } = await rowsOf({ ...plain, title: '{note#2}', description: '{note#1}' }, csv);

    expect(rows[0]?.cells).toMatchObject({ 'note#1': 'first', 'note#2': 'second' });
    await expect(rowsOf({ ...plain, title: '{note}' }, csv)).rejects.toThrow('names the column "note" 2 times');
    await expect(rowsOf({ ...plain, title: '{note#3}' }, csv)).rejects.toThrow('has no column "note#3"');
  });

  it('does without people when it names no column for them', async () => {
    const { rows } = await rowsOf(plain, 'id,what,when\n7,opened,2020-01-01T10:00:00Z\n');

    expect(rows[0]?.person).toBeNull();
  });

  it('is not taken in by names that every object has', async () => {
    const { misfits } = await rowsOf(plain, 'id,what,when\n7,constructor,2020-01-01T10:00:00Z\n');

    expect(misfits).toMatchObject([{ line: 2, column: 'what', value: 'constructor' }]);
  });
});
