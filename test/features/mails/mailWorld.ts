import { CreateCommentInput } from '../../../contract/comment.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { mailOnce, type MailOutcome } from '../../../server/features/mails/mailing.js';
import type { MailSettings } from '../../../server/features/mails/mailSettings.js';
import type { Deps } from '../../../server/features/deps.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { smtpMailer } from '../../../server/mail/smtpMailer.js';
import type { Dialect } from '../../support/services.js';
import { startSmtp, type TakenMail, type TestSmtp } from '../../support/smtpServer.js';
import { aTicket, aTicketWorld, give, parsed, rows, type TicketWorld } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';

export const FROM = 'Baton <baton@mail.example.com>';
export const MINUTE_MS = 60_000;

export interface MailWorld extends TicketWorld {
  readonly smtp: TestSmtp;
  /** What one run does: `laterMs` after the last. */
  run(laterMs?: number, deps?: Deps): Promise<MailOutcome[]>;
  say(actor: Actor, ticket: { id: string }, content: string, more?: object): Promise<{ id: string }>;
  /** A ticket that this person holds since a moment ago. */
  heldBy(person: Person, draft?: { title?: string; dueDate?: string }): Promise<{ id: string; key: string }>;
  mailsTo(person: Person): TakenMail[];
  /** Of nobody anything is left to send. */
  isEmpty(): Promise<boolean>;
}

export const named = ({ name, userId }: Person): string => `@[${name}](${userId})`;

/** People around a project, and an SMTP server that takes their mails. */
export async function aMailWorld(dialect: Dialect, settings: Partial<MailSettings> = {}): Promise<MailWorld> {
  const smtp = await startSmtp();
  const mailer = smtpMailer({ smtpUrl: smtp.url, from: FROM });
  const world = await aTicketWorld(dialect, { mail: { mailer, ...settings } });
  return {
    ...world,
    smtp,
    run: (laterMs = 0, deps = world.deps) => {
      world.clock.advance(laterMs);
      return runOnce(deps);
    },
    say: (actor, { id: ticketId }, content, more = {}) =>
      createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId, content, ...more })),
    heldBy: async (person, draft = {}) => {
      const ticket = await aTicket(world, { reporterId: world.customer.userId, ...draft });
      await give(world, ticket, person);
      return ticket;
    },
    mailsTo: ({ email }) => smtp.taken.filter(({ to }) => to.includes(email)),
    isEmpty: async () => {
      const left = await rows(
        world,
        'SELECT user_id FROM mails UNION ALL SELECT user_id FROM notifications WHERE awaits_mail',
      );
      return left.length === 0;
    },
    close: async () => {
      await smtp.down();
      await world.close();
    },
  };
}

export async function runOnce({ mail, ...deps }: Deps): Promise<MailOutcome[]> {
  if (!mail) throw new Error('this world sends no mails');
  const outcomes: MailOutcome[] = [];
  await mailOnce({ ...deps, mail }, { mail: (outcome) => outcomes.push(outcome), awaitingMail: () => undefined });
  return outcomes;
}
