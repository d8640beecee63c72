import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { csvRecords } from '../../server/csv/csvRecords.js';

async function recordsOf(content: string | Buffer, { encoding = 'utf-8', delimiter = ',' } = {}) {
  const file = join(await mkdtemp(join(inject('runFolder'), 'csv-')), 'log.csv');
  await writeFile(file, content);
  const records: [number, readonly string[]][] = [];
  for await (const { line, cells } of csvRecords(file, encoding, delimiter)) records.push([line, cells]);
  return records;
}

describe('reading CSV', () => {
  const plain = [
    [1, ['a', 'b']],
    [2, ['é', '2']],
  ];
  it.each([
    ['UTF-8', Buffer.from('a,b\né,2\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFa,b\né,2\n')],
    ['UTF-16, little end first', Buffer.from('\uFEFFa,b\né,2\n', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\uFEFFa,b\né,2\n', 'utf16le').swap16()],
    ['CRLF', Buffer.from('a,b\r\né,2\r\n')],
    ['CR alone', Buffer.from('a,b\ré,2\r')],
    ['mixed line ends', Buffer.from('a,b\r\né,2\n')],
    ['no line end at the end', Buffer.from('a,b\né,2')],
  ])('knows %s', async (_, content) => {
    expect(await recordsOf(content)).toEqual(plain);
  });

  it('knows another encoding and delimiter when it is told', async () => {
    const content = Buffer.from('a;b\n\xe9;2\n', 'latin1');

    expect(await recordsOf(content, { encoding: 'windows-1252', delimiter: ';' })).toEqual(plain);
    await expect(recordsOf(content)).rejects.toThrow('name it ("encoding"');
  });

  it('marks half of a sign in UTF-16 as what no row may hold, wherever the bytes are cut', async () => {
    const long = 'é😀'.repeat(40_000);
    for (const turned of [false, true]) {
      const bytes = Buffer.from(`\uFEFFa,b\n\ud83d,${long}\n`, 'utf16le');
      expect(await recordsOf(turned ? bytes.swap16() : bytes)).toEqual([
        [1, ['a', 'b']],
        [2, ['\0', long]],
      ]);
    }
    await expect(recordsOf(Buffer.from('\uFEFFa,b', 'utf16le').subarray(0, -1))).rejects.toThrow('not in the encoding');
    await expect(recordsOf('a', { encoding: 'klingon' })).rejects.toThrow('There is no encoding klingon');
  });

  it('counts lines through empty ones and cells of several lines', async () => {
    expect(await recordsOf('a,b\r\n\r\n"1\r\n2\n3",x\r\ny,z\r\n')).toEqual([
      [1, ['a', 'b']],
      [3, ['1\r\n2\n3', 'x']],
      [6, ['y', 'z']],
    ]);
  });

  it('takes rows of any width, and quotes inside of bare cells', async () => {
    expect(await recordsOf('a,b\n1\n1,2,3\n5" pipe,"x"y\n')).toEqual([
      [1, ['a', 'b']],
      [2, ['1']],
      [3, ['1', '2', '3']],
      [4, ['5" pipe', '"x"y']],
    ]);
  });

  it('stops at a quote that is never closed, however long the file', async () => {
    const endless = `a,b\n1,"open\n${'x,y\n'.repeat(500_000)}`;

    await expect(recordsOf(endless)).rejects.toThrow('is not readable as CSV');
    await expect(recordsOf('a,b\n1,"open\n')).rejects.toThrow('is not readable as CSV');
  });

  it('says of a missing file that it cannot be read', async () => {
    await expect(csvRecords('/nowhere/log.csv', 'utf-8', ',').next()).rejects.toThrow('cannot be read (ENOENT)');
  });
});
