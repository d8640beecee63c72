import { describe, expect, it } from 'vitest';
import type { StoredSession } from '../../web/src/sdk.js';
import { tabStorage } from '../../web/src/session/tabStorage.js';

function aBox() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}
const sessionOf = (id: string, accessToken = `token of ${id}`) =>
  ({ accessToken, refreshToken: 'r', renewAt: 1, user: { id } }) as StoredSession;

describe('sessions of one browser', () => {
  it('are shared by the tabs of one person', () => {
    const browser = aBox();
    const first = tabStorage(aBox(), browser);
    first.save(sessionOf('ann'));
    const second = tabStorage(aBox(), browser);
    expect(second.load()).toEqual(sessionOf('ann'));

    first.save(sessionOf('ann', 'renewed'));
    expect(second.load()).toEqual(sessionOf('ann', 'renewed'));

    second.save(null);
    expect(first.load()).toBeNull();
  });

  it('are apart for two people in two tabs', () => {
    const browser = aBox();
    const [anns, bobs] = [tabStorage(aBox(), browser), tabStorage(aBox(), browser)];
    anns.save(sessionOf('ann'));
    bobs.load();
    bobs.save(sessionOf('bob'));
    expect(anns.load()).toEqual(sessionOf('ann'));

    bobs.save(null);
    expect(anns.load()).toEqual(sessionOf('ann'));
    expect(tabStorage(aBox(), browser).load()).toBeNull();
  });
});
