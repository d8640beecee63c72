import type { Attempt, History } from '../history/lines.js';
import type { Violation } from './violation.js';

/** What nobody who calls may be told while something lasts: `LOST` is to be told nothing at all. */
const untold: Readonly<Record<string, { readonly while: string; readonly codes: ReadonlySet<string> }>> = {
  freezePostgres: { while: 'PostgreSQL hung', codes: new Set(['LOST']) },
  fillDisk: { while: 'the disk was full', codes: new Set(['LOST']) },
};
/** Faults that nobody who calls may feel at all. */
const unfelt = new Set(['lockFile']);

const said = ({ node, op, via, code }: Attempt): string =>
  code === 'LOST' ? `${node} said nothing of ${op} (${via})` : `${node} answered ${code} to ${op} (${via})`;
const live = (what: string): Violation => ({ check: 'LIVE', what });

/** LIVE: who calls is told what is the matter in a word that is meant for it, before they lose their patience. */
export function checkTold(history: History): Violation[] {
  const { attempts } = history;
  const defects = attempts.filter(({ code }) => code === 'INTERNAL').map((one) => live(said(one)));
  return [...defects, ...whileItLasts(history), ...inCalm(history)];
}

function whileItLasts({ faults, attempts }: History): Violation[] {
  const failed = attempts.filter(({ out }) => out === 'info');
  return faults.flatMap(({ fault, began, healed }) => {
    const rule = untold[fault];
    if (!rule) return [];
    return failed
      .filter(({ code, invoked }) => invoked >= began && invoked < healed && rule.codes.has(code ?? ''))
      .map((one) => live(`${said(one)} while ${rule.while}`));
  });
}

/** Where nothing happened that anybody may feel, everybody is answered; what happened inside, such as a deadlock, is not theirs. */
function inCalm({ faults, attempts, exits }: History): Violation[] {
  if (exits.length > 0 || faults.some(({ fault }) => !unfelt.has(fault))) return [];
  return attempts
    .filter(({ out, code }) => out === 'info' && code !== 'INTERNAL')
    .map((one) => live(`${said(one)}, although nothing was the matter`));
}
