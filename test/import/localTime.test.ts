import { describe, expect, it } from 'vitest';
import { timeReader } from '../../server/trackers/localTime.js';

const read = (format: string, zone: string, text: string) => {
  const at = timeReader(format, zone).read(text);
  return at instanceof Date ? at.toISOString() : at;
};
const full = 'yyyy/MM/dd HH:mm:ss.SSS';

describe('reading the times of a log', () => {
  it.each([
    ['winter', full, 'Europe/Rome', '2012/01/10 09:00:00.250', '2012-01-10T08:00:00.250Z'],
    ['summer', full, 'Europe/Rome', '2012/07/10 09:00:00.000', '2012-07-10T07:00:00.000Z'],
    [
      'the hour that comes twice, taken as the first',
      full,
      'Europe/Rome',
      '2012/10/28 02:30:00.000',
      '2012-10-28T00:30:00.000Z',
    ],
    ['the moment after the gap', full, 'Europe/Rome', '2012/03/25 03:00:00.000', '2012-03-25T01:00:00.000Z'],
    ['half an hour off', 'd.M.yyyy H:mm', 'Asia/Kolkata', '7.3.2012 0:05', '2012-03-06T18:35:00.000Z'],
    ['half an hour of summer time', full, 'Australia/Lord_Howe', '2024/12/01 12:00:00.000', '2024-12-01T01:00:00.000Z'],
    [
      'an offset in the text',
      'yyyy-MM-dd HH:mm XXX',
      'Europe/Rome',
      '2012-01-10 09:00 -03:30',
      '2012-01-10T12:30:00.000Z',
    ],
    ['ISO with Z', 'iso', 'Europe/Rome', '2012-01-10T09:00:00Z', '2012-01-10T09:00:00.000Z'],
    ['ISO with more digits than we keep', 'iso', 'UTC', '2012-01-10T09:00:00.123456+02:00', '2012-01-10T07:00:00.123Z'],
    ['a leap day', full, 'UTC', '2012/02/29 23:59:59.999', '2012-02-29T23:59:59.999Z'],
  ])('knows %s', (_, format, zone, text, expected) => {
    expect(read(format, zone, text)).toBe(expected);
  });

  it.each([
    ['a wall time that was skipped', full, 'Europe/Rome', '2012/03/25 02:30:00.000', 'does not exist in Europe/Rome'],
    ['the 30th of February', full, 'UTC', '2012/02/30 10:00:00.000', 'is no real date'],
    ['hour 24', full, 'UTC', '2012/02/20 24:00:00.000', 'is no real date'],
    ['another form', full, 'UTC', '20.2.2012 10:00', 'does not look like'],
    ['something behind it', full, 'UTC', '2012/02/20 10:00:00.000 ', 'does not look like'],
    ['ISO without an offset', 'iso', 'UTC', '2012-01-10T09:00:00', 'does not look like'],
  ])('refuses %s', (_, format, zone, text, reason) => {
    expect(read(format, zone, text)).toContain(reason);
  });

  it.each([
    ['yyyy-MM-dd', 'lacks H'],
    ['YYYY-MM-dd HH:mm', 'holds "YYYY"'],
    ['yyyy-MM-dd HH:mm HH', 'names one part twice'],
  ])('refuses the format %s', (format, problem) => {
    expect(timeReader(format, 'UTC').problem).toContain(problem);
  });
});
