import { describe, expect, it } from 'vitest';
import { belowFloor } from '../../scripts/checkVersionFloors.js';

const locked = (path: string, version: string) => ({ packages: { '': { version: '0.1.0' }, [path]: { version } } });

describe('the version floors', () => {
  it.each(['8.21.0', '8.23.0', '9.0.0', '8.100.0'])('accept ws %s', (version) => {
    expect(belowFloor(locked('node_modules/ws', version))).toEqual([]);
  });

  it.each(['8.20.9', '7.99.0', '8.21.0-beta.1'])('refuse ws %s', (version) => {
    expect(belowFloor(locked('node_modules/ws', version))).toEqual([expect.stringContaining(version)]);
  });

  it('see a copy nested in another package, scoped names too', () => {
    expect(belowFloor(locked('node_modules/a/node_modules/@trpc/server', '11.24.0'))).toHaveLength(1);
  });

  it('ignore packages that only end alike', () => {
    expect(belowFloor(locked('node_modules/@types/ws', '1.0.0'))).toEqual([]);
  });
});
