import { setTimeout as sleep } from 'node:timers/promises';
import { repeat } from '../../kernel/repeat.js';
import { MailerDown, MailRefused } from '../../mail/mailer.js';
import type { Deps } from '../deps.js';
import { composeDigest } from './composeDigest.js';
import { readDigest } from './digest.queries.js';
import type { MailSettings } from './mailSettings.js';
import { claimMails, endMail, gatherMails, retryMail, waitingCount, type ClaimedMail } from './outbox.js';
import { signUnsubscribe } from './unsubscribeTokens.js';

/** What became of an attempt. `empty`: by then there was nothing to say, or nobody to say it to. */
export type MailOutcome = 'sent' | 'empty' | 'refused' | 'failed';

export interface MailObserver {
  readonly mail: (outcome: MailOutcome) => void;
  /** Notifications that are still to be sent, by any node. */
  readonly awaitingMail: (count: number) => void;
}

type MailingDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'auth'> & { readonly mail: MailSettings };

/**
 * Sends what is due: to each person what they were told and have not read, in one mail. May run on several nodes at once, each
 * mail is one node's. No transaction is open while the mailer works. Ends early when the mailer is down, or by `signal`.
 */
export async function mailOnce(deps: MailingDeps, observer: MailObserver, signal?: AbortSignal): Promise<void> {
  const { db, clock, mail: settings } = deps;
  await gatherMails(db, clock.now(), settings);
  let goesOn = true;
  while (goesOn) goesOn = await sendSome(deps, observer, signal);
  observer.awaitingMail(await waitingCount(db));
}

/** Whether it is worth while to look for more. */
async function sendSome(deps: MailingDeps, observer: MailObserver, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted) return false;
  const mails = await claimMails(deps.db, deps.clock.now(), deps.mail);
  const outcomes = await Promise.all(mails.map((mail) => attempt(deps, mail)));
  for (const outcome of outcomes) observer.mail(outcome);
  return outcomes.length > 0 && !outcomes.includes('failed');
}

async function attempt(deps: MailingDeps, mail: ClaimedMail): Promise<MailOutcome> {
  const { db, clock, log, mail: settings } = deps;
  const since = new Date(clock.now().getTime() - settings.newsMs);
  const digest = await readDigest(db.all, mail, since);
  if (!digest) {
    await endMail(db, mail, null);
    return 'empty';
  }
  try {
    const { publicUrl } = settings;
    const unsubscribeUrl = `${publicUrl}/unsubscribe?token=${await signUnsubscribe(deps, mail.userId)}`;
    await settings.mailer.send(composeDigest(mail.mailId, digest, { publicUrl, unsubscribeUrl }));
  } catch (error) {
    if (!(error instanceof MailRefused || error instanceof MailerDown)) throw error;
    const isRefused = error instanceof MailRefused;
    const { mailId, attempts } = mail;
    log.warn({ mailId, attempts, why: error.message }, isRefused ? 'a mail was refused' : 'a mail could not be sent');
    await (isRefused ? endMail(db, mail, null) : retryMail(db, mail, clock.now(), settings));
    return isRefused ? 'refused' : 'failed';
  }
  // Whoever dies before this sends it again, under the same Message-ID.
  await endMail(db, mail, clock.now());
  return 'sent';
}

const EVERY_MS = 15_000;
/** For what is being sent when the node stops; after that its lease has to end. */
const STOP_MS = 5_000;

/** Sends what is due now and every few seconds until the returned function is called; that waits a while for what has begun. */
export function keepMailing(deps: Deps, observer: MailObserver): () => Promise<void> {
  const { mail, log } = deps;
  if (mail === null) return () => Promise.resolve();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const stop = repeat(EVERY_MS, () => {
    running = mailOnce({ ...deps, mail }, observer, stopping.signal).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'mails could not be looked after; trying again in seconds');
    });
    return running;
  });
  return async () => {
    stop();
    stopping.abort();
    await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })]);
  };
}
