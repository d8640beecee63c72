import { webStorage, type SessionStorage } from '../sdk.js';

type Box = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
const PERSON = 'baton.person';
const slotOf = (browser: Box, personId: string) => webStorage(browser, `baton.session.${personId}`);

/**
 * Sessions of this browser, one for each person: tabs of one person share it, and two people can work in two tabs. A new tab
 * belongs to whoever signed in last. `tab` is storage of this tab, `browser` of all of them.
 */
export function tabStorage(tab: Box, browser: Box): SessionStorage {
  return {
    lock: 'baton.session',
    load: () => {
      const personId = tab.getItem(PERSON) ?? browser.getItem(PERSON);
      if (personId === null) return null;
      // From now on this tab is theirs, whoever signs in elsewhere.
      tab.setItem(PERSON, personId);
      return slotOf(browser, personId).load();
    },
    save: (session) => {
      const before = tab.getItem(PERSON);
      if (session) {
        tab.setItem(PERSON, session.user.id);
        browser.setItem(PERSON, session.user.id);
        slotOf(browser, session.user.id).save(session);
      } else if (before !== null) {
        slotOf(browser, before).save(null);
        tab.removeItem(PERSON);
        if (browser.getItem(PERSON) === before) browser.removeItem(PERSON);
      }
    },
  };
}
