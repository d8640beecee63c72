/** One mail to one person. */
export interface OutgoingMail {
  /** Names the mail: equal in each attempt, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Takes one POST without anything else, see RFC 8058. */
  readonly unsubscribeUrl: string;
}

/** Hands mails over to whoever delivers them. */
export interface Mailer {
  /** Resolves when the mail was taken; within a bounded time. @throws MailRefused, MailerDown */
  send(mail: OutgoingMail): Promise<void>;
}

/** Nobody will ever take this mail. `message` holds no address. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** It was not taken now, or nobody knows whether it was. `message` holds no address. */
export class MailerDown extends Error {
  override readonly name = 'MailerDown';
}
